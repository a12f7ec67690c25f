import { random } from '../../lib/stats/index.js';
import { batchOf, byWordsAlone, trainedAtRandom } from './asked.js';
import { clusterVote, directions } from './clusterVote.js';
import type { AnsweredCorpus } from './corpora.js';
import { count, type Draw } from './draw.js';
import { fixedThreshold } from './fixed.js';
import { hypac } from './hypac.js';
import { askedAsMapped, trainedAsMapped } from './mapped.js';
import {
  bargainDraw,
  type Figures,
  figuresOf,
  meanTally,
  oracleShare,
  type Tally,
  tallyOf,
} from './methods.js';
import { ourDraw, ourTest } from './ours.js';
import { tracerGate } from './tracer.js';

/** Whole runs: rows to train on are drawn, a student is trained, and each method answers the other rows from what it says. */

const METHODS = ['ours', 'oursAlone', 'bargain', 'hypac', 'tracer', 'clusters', 'fixed'] as const;
export type RunMethod = (typeof METHODS)[number];

/** Samples of each run: what they take is a mean over these. */
const DRAWS = 5;
/** What people guess. */
const GUESS = 0.85;

export interface RunFigures {
  readonly corpus: string;
  readonly epsilon: number;
  /** Rows of the table, and those that were asked about to train. */
  readonly rows: number;
  readonly training: number;
  readonly oracle: number;
  readonly methods: Readonly<Record<RunMethod, Figures>>;
}

export async function runsOf(
  corpus: AnsweredCorpus,
  seeds: readonly number[],
  epsilons: readonly number[],
  delta: number,
  log: (text: string) => void,
): Promise<RunFigures[]> {
  const tallies = epsilons.map(() => ({
    oracle: [] as number[],
    methods: new Map(METHODS.map((method) => [method, [] as Tally[]])),
  }));
  for (const seed of seeds) {
    log(`${corpus.name}, seed ${seed}`);
    const start = await trainedAtRandom(corpus, seed);
    const chosen = await trainedAsMapped(corpus, seed);
    const cheap = await byWordsAlone(start, seed);
    const others = Array.from(start.others, (row) => corpus.rows[row]);
    const vectors = directions(others);
    for (const [e, epsilon] of epsilons.entries()) {
      const batch = batchOf(start, epsilon, delta);
      const { allowed } = batch;
      const rows = batch.truth.length;
      const test = ourTest(batch);
      const learnt = await askedAsMapped(corpus, chosen, { epsilon, delta }, seed);
      const last = batchOf(learnt, epsilon, delta);
      const lastTest = ourTest(last);
      const before = learnt.known.length - start.known.length;
      const over = (draw: (i: number) => Draw) =>
        meanTally(Array.from({ length: DRAWS }, (_, i) => tallyOf(draw(seed * DRAWS + i), allowed)));
      const found: Record<RunMethod, Tally> = {
        ours: meanTally(
          Array.from({ length: DRAWS }, (_, i) => {
            const { requested, drawn, wrong } = ourDraw(last, lastTest, seed * DRAWS + i);
            const calls = before + count(requested);
            return { calls: calls / rows, drawn: drawn / rows, isBroken: wrong > allowed };
          }),
        ),
        oursAlone: over((i) => ourDraw(batch, test, i)),
        bargain: over((i) => bargainDraw(batch, i)),
        hypac: over((i) => hypac(batch, cheap, random(i).fork('hypac'))),
        tracer: tallyOf(tracerGate(batch, random(seed).fork('tracer')), allowed),
        clusters: tallyOf(clusterVote(others, vectors, 1 - allowed / rows, seed), allowed),
        fixed: tallyOf(fixedThreshold(batch, GUESS), allowed),
      };
      for (const method of METHODS) tallies[e].methods.get(method)?.push(found[method]);
      tallies[e].oracle.push(oracleShare(batch));
    }
  }
  return epsilons.map((epsilon, e) => {
    const { oracle, methods } = tallies[e];
    const of = (method: RunMethod) => figuresOf(methods.get(method) ?? []);
    return {
      corpus: corpus.name,
      epsilon,
      rows: corpus.rows.length,
      training: corpus.training,
      oracle: oracle.reduce((sum, share) => sum + share, 0) / oracle.length,
      methods: {
        ours: of('ours'),
        oursAlone: of('oursAlone'),
        bargain: of('bargain'),
        hypac: of('hypac'),
        tracer: of('tracer'),
        clusters: of('clusters'),
        fixed: of('fixed'),
      },
    };
  });
}
