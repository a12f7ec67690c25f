import { pathRowsOf } from '../../cascades/batch/pathRows.js';
import { lettingOut } from '../../cascades/batch/walk.js';
import type { StageTest } from '../../cascades/internal.js';
import { type Random, random, sample } from '../../lib/stats/index.js';
import {
  type Expected,
  forecastMap,
  forecastTrained,
  type MapForecast,
  type PilotFindings,
} from '../../llm/forecast/index.js';
import { type Asked, askedAbout, batchOf, orderOf } from './asked.js';
import type { AnsweredCorpus } from './corpora.js';
import { count } from './draw.js';
import { askedAsMapped, trainedAsMapped } from './mapped.js';
import { ourDraw, ourTest } from './ours.js';

/**
 * Forecasts beside what was asked, over scored tables: a few students are fitted to as many rows as a pilot has, and a few to
 * those that a run has asked about before its search. Each shuffle draws a pilot, forecasts, and plays the end of the run.
 */
export interface ForecastFigures {
  readonly corpus: string;
  readonly epsilon: number;
  readonly shuffles: number;
  readonly pilot: Told;
  readonly training: Told;
}

/** How a forecast compares with what was asked. */
export interface Told {
  /** Shuffles that ended within the interval of the way in which they ended. */
  readonly within: number;
  /** Half of that interval's width, as a share of its middle, and the rows asked over its middle: means. */
  readonly halfWidth: number;
  readonly ratio: number;
  /** By the chance to certify that was told: below 5 %, up to 50 %, up to 95 %, above. */
  readonly chances: readonly { readonly told: number; readonly certified: number; readonly of: number }[];
}

const PILOT = 200;
/** The pilot's student is fitted to four fifths of it. */
const FITTED = 160;
/** As many as a run takes at least. */
const TRAINING = 600;
const LIMITS = [0.05, 0.5, 0.95];
const PRICE = { mean: 1, error: 0 };

/** What is to be kept, by the way of a run. */
export interface ForecastClaims {
  readonly epsilons: readonly number[];
  readonly delta: number;
}

/** Students of a pilot's size, and for each epsilon of a run's. Each is one scored table. */
export interface ScoredTables {
  readonly pilots: readonly Asked[];
  readonly trained: readonly (readonly Asked[])[];
}

/** @param seeds one student of either kind each */
export async function scoredTables(
  corpus: AnsweredCorpus,
  seeds: readonly number[],
  { epsilons, delta }: ForecastClaims,
): Promise<ScoredTables> {
  const pilots: Asked[] = [];
  const trained = epsilons.map((): Asked[] => []);
  for (const seed of seeds) {
    const order = orderOf(corpus, `pilot ${seed}`);
    pilots.push(await askedAbout(corpus, order.slice(0, FITTED), order.slice(FITTED), seed));
    const chosen = await trainedAsMapped({ ...corpus, training: TRAINING }, seed);
    for (const [e, epsilon] of epsilons.entries())
      trained[e].push(await askedAsMapped(corpus, chosen, { epsilon, delta }, seed));
  }
  return { pilots, trained };
}

/** @param shuffles over all epsilons together */
export function forecastFigures(
  { pilots, trained }: ScoredTables,
  shuffles: number,
  { epsilons, delta }: ForecastClaims,
): ForecastFigures[] {
  return epsilons.map((epsilon, e) => {
    const tables = trained[e].map((asked) => tableOf(asked, epsilon, delta));
    const runs = Array.from({ length: Math.ceil(shuffles / epsilons.length) }, (_, i) => {
      const draw = random(i).fork(`forecasts ${epsilon}`);
      const findings = findingsOf(pilots[i % pilots.length], epsilon, delta, draw.fork('pilot'));
      return runOf(findings, tables[draw.integer(tables.length)], draw);
    });
    return {
      ...{ corpus: pilots[0].corpus.name, epsilon, shuffles: runs.length },
      pilot: told(runs, ({ pilot }) => pilot),
      training: told(runs, ({ training }) => training),
    };
  });
}

/** A table that stages have scored, and the test of its rest. */
interface Table {
  readonly asked: Asked;
  readonly batch: ReturnType<typeof batchOf>;
  readonly test: StageTest;
}

function tableOf(asked: Asked, epsilon: number, delta: number): Table {
  const batch = batchOf(asked, epsilon, delta);
  return { asked, batch, test: ourTest(batch) };
}

function findingsOf(
  { corpus, others, student }: Asked,
  epsilon: number,
  delta: number,
  draw: Random,
): PilotFindings {
  const { answers, confidence } = student.others;
  const isWrong = (place: number) => Number(answers[place] !== corpus.rows[others[place]].answer);
  const drawn = sample(others.length, PILOT, draw).sort((a, b) => confidence[b] - confidence[a]);
  const rows = corpus.rows.length;
  return {
    ...{ rows, different: rows, loss: 'disagreement' as const, epsilon, delta },
    pilot: { asked: PILOT, unread: 0, twice: 0, flips: 0, spent: PILOT, perRow: PRICE },
    seen: { wrong: Uint8Array.from(drawn, isWrong), trainedOn: FITTED },
    ...{ hoursPerRow: 0, batchShare: 0.5, isBatch: false },
  };
}

interface Run {
  readonly pilot: MapForecast;
  readonly training: MapForecast;
  readonly isCertified: boolean;
  readonly asked: number;
}

function runOf(findings: PilotFindings, { asked, batch, test }: Table, draw: Random): Run {
  const known = asked.known.length;
  const { design, path } = test;
  const pilot = forecastMap(findings, draw.fork('forecast'), TRAINING);
  const rest = batch.truth.length;
  const { leaving, open } = lettingOut([batch.others], path, rest);
  const stages = { rest, leaving, open, design, seen: pathRowsOf(path, [batch.known]) };
  const facts = { asked: known, again: 0, hoursPerRow: 0 };
  const training = forecastTrained(pilot, stages, findings, facts, draw.fork('trained'));
  const { requested } = ourDraw(batch, test, draw.integer(2 ** 31));
  const isCertified = count(requested) < requested.length;
  return { pilot, training, isCertified, asked: known + count(requested) };
}

function told(runs: readonly Run[], of: (run: Run) => MapForecast): Told {
  const mean = (each: (run: Run) => number) => runs.reduce((sum, run) => sum + each(run), 0) / runs.length;
  const ended = (run: Run): Expected => (run.isCertified ? of(run).certified : of(run).full).asked;
  const isWithin = (run: Run) => run.asked >= ended(run).low && run.asked <= ended(run).high;
  return {
    within: mean((run) => Number(isWithin(run))),
    halfWidth: mean((run) => (ended(run).high - ended(run).low) / 2 / ended(run).middle),
    ratio: mean((run) => run.asked / ended(run).middle),
    chances: [...LIMITS, 1].map((limit, i) => {
      const least = LIMITS[i - 1] ?? -1;
      const some = runs.filter(
        (run) => of(run).certified.chance > least && of(run).certified.chance <= limit,
      );
      const share = (each: (run: Run) => number) =>
        some.reduce((sum, run) => sum + each(run), 0) / Math.max(1, some.length);
      return {
        told: share((run) => of(run).certified.chance),
        certified: share(({ isCertified }) => Number(isCertified)),
        of: some.length,
      };
    }),
  };
}
