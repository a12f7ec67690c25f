import { median } from 'simple-statistics';
import { gradientBoosting } from 'spillway';
import { denseBlock } from 'spillway/extend';
import { atMost, type Check, columns, leftOut } from '../harness/checks.js';
import type { RunOptions, Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { interleave, medianRatio } from '../harness/measure.js';
import { aucOfClasses, calibrationOf, logLoss } from '../harness/metrics.js';
import {
  type BoostingPeer,
  type BoostingSettings,
  type LearningProblem,
  startBoosting,
} from '../peers/boosting.js';
import { type LinearPeer, startLinear } from '../peers/linear.js';
import { digitRows, generatedRows } from './data.js';
import { openEmbedder } from './embedder.js';
import { type ForestResult, forestChecks, forestTable, measureForest } from './forest.js';
import { linearChecks, linearTable, measureLinear } from './linear.js';
import { peers } from './peers.js';
import { measurePenalties, penaltyChecks, penaltyTable } from './penalties.js';

const SETTINGS = {
  rounds: 100,
  maxDepth: 5,
  maxLeaves: 31,
  minRows: 20,
  learningRate: 0.1,
  l2: 0,
} as const satisfies BoostingSettings;
const ROUNDS = 5;

/**
 * Gradient boosting beside scikit-learn's, on generated rows and on digits; logistic regression
 * beside scikit-learn's, on generated embeddings, texts and digits; trees of ml-random-forest in
 * flat form.
 */
export const learners: Workload = {
  peers,
  async run({ seeds = [], quick, full = false, cases = CASES, log }) {
    const unknown = cases.find((name) => !CASES.includes(name));
    if (unknown !== undefined) throw new RangeError(`no case '${unknown}'; known are ${CASES.join(', ')}`);
    const peer = await startLinear();
    try {
      const parts: Part[] = [];
      if (cases.includes('trees')) parts.push(await treesPart({ seeds, quick, full, log }));
      if (cases.includes('linear')) parts.push(await linearPart(peer, { quick, full, log }));
      if (cases.includes('penalties')) {
        const all = full || cases !== CASES ? [1, 2, 3, 4, 5] : [1];
        parts.push(await penaltiesPart(peer, { seeds: seeds.length > 0 ? seeds : all, quick, log }));
      }
      const about = { workload: 'learners', quick, machine: machine(), versions: versions() };
      const json = Object.assign(about, ...parts.map((part) => part.json), {
        checks: parts.flatMap(({ checks }) => checks),
      });
      return { json, table: parts.map(({ table }) => table).join('\n\n') };
    } finally {
      if (typeof peer !== 'string') await peer.close();
    }
  },
};

const CASES: readonly string[] = ['trees', 'linear', 'penalties'];

interface Part {
  readonly json: object;
  readonly checks: readonly Check[];
  readonly table: string;
}

async function penaltiesPart(
  peer: LinearPeer | string,
  options: Parameters<typeof measurePenalties>[1],
): Promise<Part> {
  const penalties = typeof peer === 'string' ? peer : await measurePenalties(peer, options);
  return {
    json: { penalties },
    checks: penaltyChecks(penalties, options.quick),
    table: typeof penalties === 'string' ? penalties : penaltyTable(penalties),
  };
}

async function linearPart(
  peer: LinearPeer | string,
  options: Parameters<typeof measureLinear>[2],
): Promise<Part> {
  const embedder = await openEmbedder();
  const own = typeof embedder === 'string' ? undefined : embedder;
  const linear = typeof peer === 'string' ? peer : await measureLinear(peer, own, options);
  return {
    json: { linear },
    checks: linearChecks(linear, embedder, options.quick),
    table: typeof linear === 'string' ? linear : linearTable(linear),
  };
}

async function treesPart({
  seeds,
  quick,
  full,
  log,
}: Pick<RunOptions, 'quick' | 'full' | 'log'> & { seeds: readonly number[] }): Promise<Part> {
  const chosen = seeds.length > 0 ? seeds : full ? [1, 2, 3] : [1];
  const peer = await startBoosting('scikit-learn');
  try {
    const generated: BoostingResult[] = [];
    const digits: BoostingResult[] = [];
    const forests: ForestResult[] = [];
    for (const seed of chosen) {
      log(`seed ${seed}: generated rows`);
      const problem = quick ? generatedRows(seed, 2_000, 1_000) : generatedRows(seed, 50_000, 20_000);
      generated.push(await measure(problem, peer, quick ? 1 : ROUNDS, [1, machine().cores]));
      log(`seed ${seed}: ml-random-forest`);
      for (const classes of [2, 4] as const) forests.push(await measureForest(seed, classes, quick));
      if (typeof peer === 'string') continue;
      log(`seed ${seed}: digits`);
      const { values, labels } = await peer.digits();
      digits.push(await measure(digitRows(values, labels, seed), peer, 1, [1]));
    }
    const boosting = { generated: summarise(generated), digits: summarise(digits) };
    return {
      json: {
        versions: { ...versions(), ...(typeof peer !== 'string' && { sklearn: peer.version }) },
        seeds: chosen,
        settings: SETTINGS,
        boosting,
        perSeed: { generated, digits, forests },
      },
      checks: [
        ...(typeof peer === 'string' ? missing(peer) : checksOf(boosting, quick)),
        ...forestChecks(forests, quick),
      ],
      table: [tableOf(boosting), forestTable(forests)].join('\n\n'),
    };
  } finally {
    if (typeof peer !== 'string') await peer.close();
  }
}

interface Quality {
  readonly auc: number;
  readonly calibrationError: number;
  readonly logLoss: number;
}

interface BoostingResult {
  readonly rows: number;
  readonly columns: number;
  readonly seconds: number;
  readonly ours: Quality;
  /** Absent where scikit-learn is missing. */
  readonly sklearn?: Quality & {
    /** With each number of threads. */
    readonly seconds: readonly number[];
    /** Our time as a multiple of its own, with the threads that suit it best: on a busy machine that is one. */
    readonly ratio: number;
  };
}

/** Fits alternate with scikit-learn, on each of these numbers of threads. */
async function measure(
  problem: LearningProblem,
  peer: BoostingPeer | string,
  rounds: number,
  threads: readonly number[],
): Promise<BoostingResult> {
  const { train, test, labels, testLabels, classes } = problem;
  const set = {
    blocks: [denseBlock(labels.length, problem.columns, train)],
    rows: labels.length,
    classes,
    labels,
  };
  const fit = () => gradientBoosting(SETTINGS).fit(set, { seed: 1 });
  const scores = new Float64Array(testLabels.length * classes);
  (await fit()).score([denseBlock(testLabels.length, problem.columns, test)], scores);
  const common = { rows: labels.length, columns: problem.columns, ours: qualityOf(scores, problem) };
  if (typeof peer === 'string') {
    const [times] = await interleave([fit], rounds);
    return { ...common, seconds: median(times) / 1000 };
  }
  await peer.give(problem);
  await peer.fit(problem, SETTINGS, threads[0]);
  const theirs = qualityOf(await peer.predict(problem), problem);
  // Timed by its own clock, so that talking to it and reading the rows aren't counted.
  const byThreads = threads.map(() => [] as number[]);
  const [times] = await interleave(
    [
      fit,
      ...threads.map((count, i) => async () => {
        byThreads[i].push(1000 * (await peer.fit(problem, SETTINGS, count)).seconds);
      }),
    ],
    rounds,
  );
  const best = times.map((_, round) => Math.min(...byThreads.map((all) => all[round])));
  return {
    ...common,
    seconds: median(times) / 1000,
    sklearn: {
      ...theirs,
      seconds: byThreads.map((all) => median(all) / 1000),
      ratio: medianRatio(times, best),
    },
  };
}

function qualityOf(scores: Float64Array, { classes, testLabels }: LearningProblem): Quality {
  return {
    auc: aucOfClasses(scores, testLabels, classes),
    calibrationError: calibrationOf(scores, testLabels),
    logLoss: logLoss(scores, testLabels),
  };
}

/** Medians over the seeds. */
function summarise(results: readonly BoostingResult[]) {
  const over = (of: (result: BoostingResult) => number | undefined) =>
    // Without scikit-learn there are no digits.
    results.length === 0 ? Number.NaN : median(results.map((result) => of(result) ?? Number.NaN));
  return {
    seconds: over(({ seconds }) => seconds),
    sklearnOneThreadSeconds: over(({ sklearn }) => sklearn?.seconds[0]),
    sklearnAllThreadsSeconds: over(({ sklearn }) => sklearn?.seconds[1]),
    ratio: over(({ sklearn }) => sklearn?.ratio),
    auc: over(({ ours }) => ours.auc),
    sklearnAuc: over(({ sklearn }) => sklearn?.auc),
    aucBehind: over(({ ours, sklearn }) => sklearn && sklearn.auc - ours.auc),
    calibrationError: over(({ ours }) => ours.calibrationError),
    sklearnCalibrationError: over(({ sklearn }) => sklearn?.calibrationError),
    calibrationBehind: over(
      ({ ours, sklearn }) => sklearn && ours.calibrationError - sklearn.calibrationError,
    ),
    logLoss: over(({ ours }) => ours.logLoss),
    sklearnLogLoss: over(({ sklearn }) => sklearn?.logLoss),
  };
}

type Summary = Record<'generated' | 'digits', ReturnType<typeof summarise>>;

/** About one standard error of the difference of two calibration errors. */
const CHANCE = { generated: 0.001, digits: 0.005 };
const FIT = "time of a fit to 50,000 x 20 rows as a multiple of scikit-learn's";

function checksOf({ generated, digits }: Summary, quick: boolean): Check[] {
  const quality = (name: 'generated' | 'digits', { aucBehind, calibrationBehind }: Summary['digits']) => [
    atMost(`AUC behind scikit-learn's, ${name}`, aucBehind, 0.002),
    atMost(`calibration error above scikit-learn's, ${name}`, calibrationBehind, CHANCE[name]),
  ];
  return [
    quick ? leftOut(FIT, '<= 2.5', 'too few rows') : atMost(FIT, generated.ratio, 2.5),
    ...(quick ? [] : [...quality('generated', generated), ...quality('digits', digits)]),
  ];
}

function missing(why: string): Check[] {
  return [leftOut(FIT, '<= 2.5', why)];
}

function tableOf({ generated, digits }: Summary): string {
  const shown = (number: number, digits: number) => (Number.isNaN(number) ? '-' : number.toFixed(digits));
  const line = (name: string, summary: Summary['digits']) => [
    name,
    shown(summary.seconds, 2),
    shown(summary.sklearnOneThreadSeconds, 2),
    shown(summary.sklearnAllThreadsSeconds, 2),
    shown(summary.ratio, 2),
    ...[summary.auc, summary.sklearnAuc, summary.calibrationError, summary.sklearnCalibrationError].map(
      (number) => shown(number, 4),
    ),
  ];
  return columns([
    ['', 'seconds', 'sklearn, 1 thread', 'all threads', 'ratio', 'AUC', 'sklearn', 'calibration', 'sklearn'],
    line('generated', generated),
    line('digits', digits),
  ]);
}
