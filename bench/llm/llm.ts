import { existsSync } from 'node:fs';
import { atLeast, atMost, type Check, columns } from '../harness/checks.js';
import { type RunOptions, type Size, sizeOf, type Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import type { Peer } from '../harness/peers.js';
import { trainedAtRandom } from './asked.js';
import { type ChosenFigures, chosenFigures } from './chosen.js';
import { type AnsweredCorpus, glossesAsked, mailsAsked, recordedCorpus } from './corpora.js';
import { withVectors } from './encoded.js';
import { type ForecastFigures, forecastFigures, scoredTables } from './forecasts.js';
import { type KeptCost, keptCost } from './keptCost.js';
import { type RunFigures, runsOf } from './runs.js';
import { type SpendFigures, spendFigures } from './spend.js';
import { type StormFigures, storm } from './storm.js';
import { brokenAtLeast, FAULTS, type TrialFigures, trialsOf } from './trials.js';
import { type TunedFigures, tunedFigures } from './tuned.js';

const EPSILONS = [0.05, 0.1];
const DELTA = 0.05;
/** An epsilon at which it is open whether a table is certified; nearly all rows are asked about there, so it takes long. */
const CLOSE = 0.02;
/** BARGAIN's calls over ours, at least. */
const GAIN: Readonly<Record<number, number>> = { 0.05: 1.15, 0.1: 1.3 };
const CASES = ['trials', 'runs', 'chosen', 'tuned', 'forecast', 'spend', 'own', 'storm'] as const;

const SIZES = {
  recorded: { quick: 400, usual: 600, full: 600 },
  mails: {
    quick: { rows: 1_200, training: 400 },
    usual: { rows: 5_000, training: 1_200 },
    full: { rows: 5_000, training: 1_200 },
  },
  glosses: {
    quick: { rows: 1_500, training: 500 },
    usual: { rows: 6_000, training: 1_500 },
    full: { rows: 12_000, training: 3_000 },
  },
  shuffles: { quick: 40, usual: 1_000, full: 2_000 },
  /** Over three corpora and two bounds: 60 whole runs as usual. */
  runs: { quick: 1, usual: 10, full: 40 },
  chosen: { quick: 1, usual: 3, full: 5 },
  /** Students of either size to each corpus, and shuffles over all corpora and epsilons. */
  forecast: {
    quick: { fits: 1, shuffles: 12 },
    usual: { fits: 3, shuffles: 1_000 },
    full: { fits: 12, shuffles: 6_000 },
  },
  /** Whole runs of `mapRows` over all corpora and epsilons, each with a `tune` of its own; the first rows of each corpus. */
  spend: {
    quick: { runs: 4, rows: 1_200 },
    usual: { runs: 60, rows: 2_500 },
    full: { runs: 240, rows: 6_000 },
  },
  own: { quick: 1_000, usual: 10_000, full: 10_000 },
  storm: {
    quick: { rows: 200, kills: 3 },
    usual: { rows: 2_000, kills: 20 },
    full: { rows: 4_000, kills: 40 },
  },
};

/** Those that take less than a minute together. */
const QUICK: readonly string[] = ['trials', 'runs', 'own', 'storm'];

/** Cases over corpora. */
const REPLAYED = ['trials', 'runs', 'chosen', 'tuned', 'forecast', 'spend'];

/** The checks of a corpus begin with its name. */
const RECORDED = 'recorded: ';

function recorded(path: string | undefined): Peer {
  return {
    name: 'recorded answers of a language model',
    install: '--data FILE: CSV with text, answer, confidence',
    missing: () => {
      if (path === undefined) return '--data names no file';
      return existsSync(path) ? undefined : `there is no file ${path}`;
    },
  };
}

/** Tables that a language model is asked about: how many calls it takes, beside other ways to spare them. */
export const llm: Workload = {
  peers: ({ data }) => [{ peer: recorded(data), checks: [RECORDED] }],
  async run({ seeds: chosen, quick, full, cases = quick ? QUICK : CASES, data, log }) {
    const size = sizeOf({ quick, full });
    const seeds = chosen ?? upTo(SIZES.runs[size]);
    const own = cases.includes('own') ? await keptCost(SIZES.own[size]) : undefined;
    const stormy = cases.includes('storm') ? await storm({ ...SIZES.storm[size], log }) : undefined;
    const isReplayed = REPLAYED.some((name) => cases.includes(name));
    const corpora = isReplayed ? await corporaOf(size, data, log) : [];
    const trials: TrialFigures[] = [];
    const runs: RunFigures[] = [];
    const chosenRows: ChosenFigures[] = [];
    const tuned: TunedFigures[] = [];
    const forecasts: ForecastFigures[] = [];
    const spend: SpendFigures[] = [];
    for (const corpus of corpora) {
      if (cases.includes('trials')) {
        log(`${corpus.name}, shuffles`);
        const asked = await trainedAtRandom(corpus, 0);
        trials.push(...(await trialsOf(asked, EPSILONS, DELTA, SIZES.shuffles[size])));
      }
      if (cases.includes('chosen')) {
        log(`${corpus.name}, rows chosen`);
        const few = seeds.slice(0, SIZES.chosen[size]);
        chosenRows.push(...(await chosenFigures(corpus, few, EPSILONS, DELTA)));
      }
      if (cases.includes('tuned')) {
        log(`${corpus.name}, tuned`);
        tuned.push(...(await tunedFigures(corpus, seeds[0], EPSILONS, DELTA)));
      }
      if (cases.includes('forecast')) {
        log(`${corpus.name}, forecasts`);
        const { fits, shuffles } = SIZES.forecast[size];
        const claims = { epsilons: full ? [CLOSE, ...EPSILONS] : EPSILONS, delta: DELTA };
        const tables = await scoredTables(corpus, upTo(fits), claims);
        const figures = forecastFigures(tables, shuffles / corpora.length, claims);
        log(JSON.stringify(figures));
        forecasts.push(...figures);
      }
      if (cases.includes('spend')) {
        const { runs: all, rows } = SIZES.spend[size];
        const each = upTo(Math.ceil(all / corpora.length / EPSILONS.length));
        const table = { ...corpus, rows: corpus.rows.slice(0, rows) };
        spend.push(...(await spendFigures(table, each, EPSILONS, DELTA, log)));
      }
      if (cases.includes('runs')) runs.push(...(await runsOf(corpus, seeds, EPSILONS, DELTA, log)));
    }
    const json = {
      workload: 'llm',
      quick,
      machine: machine(),
      versions: versions(),
      seeds,
      delta: DELTA,
      encoder: corpora.some(({ rows: [row] }) => row.vector !== undefined),
      trials,
      runs,
      chosenRows,
      tuned,
      forecasts,
      spend,
      own,
      storm: stormy,
      checks: [
        ...trialChecks(trials),
        ...runChecks(runs),
        ...tunedChecks(tuned),
        ...forecastChecks(forecasts),
        ...spendChecks(spend),
        ...(own ? ownChecks(own) : []),
        ...(stormy ? stormChecks(stormy) : []),
      ],
    };
    const tables = [runTable(runs), trialTable(trials), chosenTable(chosenRows), tunedTable(tuned)];
    return { json, table: tables.filter((text) => text !== '').join('\n\n') };
  },
};

async function corporaOf(
  size: Size,
  data: string | undefined,
  log: RunOptions['log'],
): Promise<AnsweredCorpus[]> {
  const corpora = [await mailsAsked(SIZES.mails[size]), await glossesAsked(SIZES.glosses[size])];
  if (data !== undefined && existsSync(data)) {
    const known = recordedCorpus(data, SIZES.recorded[size]);
    corpora.unshift(size === 'quick' ? known : await withVectors(known, log));
  }
  return corpora;
}

function trialChecks(trials: readonly TrialFigures[]): Check[] {
  if (trials.length === 0) return [];
  return [
    ...EPSILONS.map((epsilon) => {
      const own = trials.filter((each) => each.epsilon === epsilon).map(({ methods }) => methods.ours);
      const draws = own.reduce((sum, each) => sum + each.draws, 0);
      return atMost(
        `promises of ${percent(epsilon)} broken in ${draws} shuffles, lower limit at 95 %`,
        brokenAtLeast(own),
        DELTA,
      );
    }),
    ...FAULTS.map((fault) => ({
      ...atLeast(
        `the same of a planted fault, ${fault}: above delta`,
        brokenAtLeast(trials.map(({ methods }) => methods[fault])),
        DELTA,
      ),
    })),
  ];
}

function runChecks(runs: readonly RunFigures[]): Check[] {
  if (runs.length === 0) return [];
  return [
    ...runs.map(({ corpus, epsilon, methods: { ours, bargain } }) =>
      atLeast(
        `${corpus}: calls after training at ${percent(epsilon)}, BARGAIN's over ours`,
        bargain.calls / ours.calls,
        GAIN[epsilon],
      ),
    ),
    atMost(
      `promises broken in ${runs.reduce((sum, { methods }) => sum + methods.ours.draws, 0)} whole runs, lower limit at 95 %`,
      brokenAtLeast(runs.map(({ methods }) => methods.ours)),
      DELTA,
    ),
  ];
}

function tunedChecks(tuned: readonly TunedFigures[]): Check[] {
  return tuned.map(({ corpus, epsilon, plain, tuned: own }) =>
    atMost(
      `${corpus}: calls at ${percent(epsilon)} by tune and certifyBatch, over a plain student's with the same test`,
      own / plain,
      1.05,
    ),
  );
}

function ownChecks({ cpuMs, recalledMs, heap }: KeptCost): Check[] {
  return [
    atMost("the library's own milliseconds of a processor an asked row", cpuMs, 1),
    atMost('the same of a row that the journal has', recalledMs, 1),
    atMost('its own bytes an asked row', heap, 2_000),
  ];
}

function stormChecks(figures: StormFigures): Check[] {
  const { rows, kills, lost, answeredTwice, askedAgain, uncounted, unexplained, moneyMissed, moneyOver } =
    figures;
  const found = { lost, answeredTwice, askedAgain, uncounted, unexplained, moneyMissed, moneyOver };
  return Object.entries(found).map(([what, value]) =>
    atMost(`a storm over ${rows} rows, killed ${kills} times: ${STORM_WORDS[what] ?? what}`, value, 0),
  );
}

const STORM_WORDS: Readonly<Record<string, string>> = {
  lost: 'rows without their answer',
  answeredTwice: 'questions answered twice',
  askedAgain: 'questions asked again after their answer was kept',
  uncounted: 'charges that no book has',
  unexplained: 'unknown outcomes beyond those in flight',
  moneyMissed: 'money charged beyond what the journal says',
  moneyOver: 'money charged beyond the limit',
};

/** The same over scored tables, and how far the chance to certify that was told is from the share that was certified. */
function forecastChecks(forecasts: readonly ForecastFigures[]): Check[] {
  if (forecasts.length === 0) return [];
  const shuffles = forecasts.reduce((sum, each) => sum + each.shuffles, 0);
  return (['pilot', 'training'] as const).flatMap((when) => {
    const chances = forecasts.flatMap((each) => each[when].chances);
    const told = (of: (each: (typeof chances)[number]) => number) =>
      chances.reduce((sum, each) => sum + of(each) * each.of, 0) / shuffles;
    return [
      atLeast(
        `rows asked within the interval that was told after the ${when}, share of ${shuffles} shuffles`,
        forecasts.reduce((sum, each) => sum + each[when].within * each.shuffles, 0) / shuffles,
        0.95,
      ),
      atMost(
        `half of that interval's width after the ${when}, as a share of its middle, at most over scored tables`,
        Math.max(...forecasts.filter(({ epsilon }) => epsilon !== CLOSE).map((each) => each[when].halfWidth)),
        0.25,
      ),
      atMost(
        `the chance to certify that was told after the ${when}, less the share of ${shuffles} shuffles that was`,
        told(({ told }) => told) - told(({ certified }) => certified),
        0.05,
      ),
    ];
  });
}

/** A forecast is met where what was spent lies within its interval. */
function spendChecks(spend: readonly SpendFigures[]): Check[] {
  if (spend.length === 0) return [];
  const runs = spend.reduce((sum, each) => sum + each.runs, 0);
  return (['pilot', 'training'] as const).flatMap((when) => [
    atLeast(
      `spend within the interval that was told after the ${when}, share of ${runs} runs of map`,
      spend.reduce((sum, each) => sum + each[when].within, 0) / runs,
      0.95,
    ),
    atMost(
      `half of that interval's width after the ${when}, as a share of its middle, at most over tables`,
      Math.max(...spend.map((each) => each[when].halfWidth)),
      0.25,
    ),
  ]);
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function runTable(runs: readonly RunFigures[]): string {
  if (runs.length === 0) return '';
  const head = ['whole runs', 'epsilon', 'method', 'calls after training', 'of these to test', 'broken'];
  return columns([
    head,
    ...runs.flatMap(({ corpus, epsilon, oracle, methods }) => [
      [corpus, percent(epsilon), 'oracle', oracle.toFixed(3)],
      ...Object.entries(methods).map(([method, { calls, drawn, broken, draws }]) => [
        corpus,
        percent(epsilon),
        method,
        calls.toFixed(3),
        drawn.toFixed(3),
        `${broken} of ${draws}`,
      ]),
    ]),
  ]);
}

function trialTable(trials: readonly TrialFigures[]): string {
  if (trials.length === 0) return '';
  return columns([
    ['shuffles', 'epsilon', 'method', 'calls after training', 'broken'],
    ...trials.flatMap(({ corpus, epsilon, methods }) =>
      Object.entries(methods).map(([method, { calls, broken, draws }]) => [
        corpus,
        percent(epsilon),
        method,
        calls.toFixed(3),
        `${broken} of ${draws}`,
      ]),
    ),
  ]);
}

function chosenTable(figures: readonly ChosenFigures[]): string {
  if (figures.length === 0) return '';
  return columns([
    ['rows to train on', 'epsilon', 'at random', 'half chosen'],
    ...figures.map(({ corpus, epsilon, atRandom, chosen }) => [
      corpus,
      percent(epsilon),
      atRandom.toFixed(3),
      chosen.toFixed(3),
    ]),
  ]);
}

function tunedTable(figures: readonly TunedFigures[]): string {
  if (figures.length === 0) return '';
  return columns([
    ['tune', 'epsilon', 'plain student', 'tuned', 'mapRows', 'seconds'],
    ...figures.map(({ corpus, epsilon, plain, tuned, mapped, seconds }) => [
      corpus,
      percent(epsilon),
      plain.toFixed(3),
      tuned.toFixed(3),
      mapped.toFixed(3),
      seconds.toFixed(0),
    ]),
  ]);
}
