import { median } from 'simple-statistics';
import { gradientBoosting } from 'spillway';
import { denseBlock } from 'spillway/extend';
import { atMost, type Check, columns, leftOut } from '../harness/checks.js';
import { logLoss } from '../harness/metrics.js';
import { processorClock } from '../harness/processor.js';
import {
  type BoostingLibrary,
  type BoostingPeer,
  type BoostingSettings,
  type FitTime,
  type LearningProblem,
  startBoosting,
} from '../peers/boosting.js';
import { SHAPES, type Shape, shapedRows } from './boostingData.js';

const SETTINGS: BoostingSettings = {
  rounds: 100,
  maxDepth: null,
  maxLeaves: 31,
  minRows: 20,
  learningRate: 0.1,
  l2: 1,
};
const ROUNDS = 3;
const LIBRARIES: readonly BoostingLibrary[] = ['LightGBM', 'scikit-learn'];
const THREADS = [1, 2];

/** A fit of boosted trees beside those of the libraries, on the same rows and with the same settings. */
export interface BoostingFit {
  readonly name: string;
  readonly ours: FitTime & { readonly logLoss: number };
  /** Medians of the rounds, with one thread and with two. */
  readonly peers: readonly {
    readonly library: BoostingLibrary;
    readonly threads: readonly FitTime[];
    readonly logLoss: number;
  }[];
  /** Our processor time over that of the quicker library on one thread; the median of the rounds. */
  readonly ratio: number;
  /** Our time on the clock over that of the quicker library on two threads. A fit of ours has one. */
  readonly overTwo: number;
}

export interface BoostingFits {
  readonly fits: readonly BoostingFit[];
  readonly versions: Readonly<Record<string, string>>;
  /** Why a library is missing, in words. */
  readonly missing: readonly string[];
}

/** Fits of boosted trees in turn with those of LightGBM and scikit-learn, where they are installed. */
export async function measureBoosting(
  { seed, quick }: { readonly seed: number; readonly quick: boolean },
  log: (line: string) => void,
): Promise<BoostingFits> {
  const started = await Promise.all(LIBRARIES.map((library) => startBoosting(library)));
  const peers = started.filter((peer) => typeof peer !== 'string');
  const missing = started.filter((peer) => typeof peer === 'string');
  try {
    const fits: BoostingFit[] = [];
    for (const shape of peers.length > 0 ? SHAPES : []) {
      const problem = shapedRows(seed, shape, quick ? 0.05 : 1);
      const settings = quick ? { ...SETTINGS, rounds: 5 } : SETTINGS;
      const fit = await measureFit(shape, problem, peers, settings, quick ? 1 : ROUNDS);
      log(`boosted trees, ${fit.name}: ${fit.ratio.toFixed(2)} times the quicker library`);
      fits.push(fit);
    }
    return {
      fits,
      versions: Object.fromEntries(peers.map(({ library, version }) => [library, version])),
      missing,
    };
  } finally {
    await Promise.all(peers.map((peer) => peer.close()));
  }
}

async function measureFit(
  shape: Shape,
  problem: LearningProblem,
  peers: readonly BoostingPeer[],
  settings: BoostingSettings,
  rounds: number,
): Promise<BoostingFit> {
  const { train, labels, classes, columns: width, test, testLabels } = problem;
  const set = { blocks: [denseBlock(labels.length, width, train)], rows: labels.length, classes, labels };
  const learner = gradientBoosting({ ...settings, maxDepth: settings.maxDepth ?? Number.POSITIVE_INFINITY });
  const own: FitTime[] = [];
  const scores = new Float64Array(testLabels.length * classes);
  const fit = async () => {
    const [start, work] = [performance.now(), processorClock.now()];
    const model = await learner.fit(set, { seed: 1 });
    own.push({
      seconds: (performance.now() - start) / 1000,
      processor: (processorClock.now() - work) / 1000,
    });
    model.score([denseBlock(testLabels.length, width, test)], scores);
  };
  const theirs = peers.map(() => THREADS.map((): FitTime[] => []));
  const others = peers.flatMap((peer, p) =>
    THREADS.map((threads, i) => async () => {
      theirs[p][i].push(await peer.fit(problem, settings, threads));
    }),
  );
  for (const peer of peers) await peer.give(problem);
  const runs = [fit, ...others];
  for (let round = 0; round < rounds; round++) {
    // Every round begins with another one, so that none always follows the same.
    for (let turn = 0; turn < runs.length; turn++) await runs[(round + turn) % runs.length]();
  }
  const losses: number[] = [];
  for (const peer of peers) losses.push(logLoss(await peer.predict(problem), testLabels));
  const quickest = (thread: number, of: (time: FitTime) => number) =>
    own.map((_, round) => Math.min(...theirs.map((all) => of(all[thread][round]))));
  const [onOne, onTwo] = [quickest(0, ({ processor }) => processor), quickest(1, ({ seconds }) => seconds)];
  return {
    name: nameOf(shape),
    ours: { ...medianOf(own), logLoss: logLoss(scores, testLabels) },
    peers: peers.map(({ library }, p) => ({ library, threads: theirs[p].map(medianOf), logLoss: losses[p] })),
    ratio: median(own.map(({ processor }, round) => processor / onOne[round])),
    overTwo: median(own.map(({ seconds }, round) => seconds / onTwo[round])),
  };
}

function medianOf(times: readonly FitTime[]): FitTime {
  return {
    seconds: median(times.map(({ seconds }) => seconds)),
    processor: median(times.map(({ processor }) => processor)),
  };
}

function nameOf({ rows, columns: width, classes, gaps }: Shape): string {
  const size = `${rows.toLocaleString('en')} x ${width}`;
  return `${size}${classes > 2 ? ` x ${classes} classes` : ''}${gaps > 0 ? ' with gaps' : ''}`;
}

const SLOWER = 1.2;
/** What chance alone makes of equally good models: a share of the loss. */
const WORSE = 1.01;

export function boostingChecks({ fits, missing }: BoostingFits, quick: boolean): Check[] {
  return SHAPES.flatMap((shape) => {
    const name = nameOf(shape);
    const time = `boosted trees, ${name}: processor time of a fit over the quicker library's, one thread`;
    const two = `boosted trees, ${name}: time of a fit over the quicker library's, two threads`;
    const loss = `boosted trees, ${name}: log loss over the better library's`;
    const fit = fits.find((each) => each.name === name);
    if (fit === undefined || quick) {
      const why = quick ? 'too few rows' : missing.join(', ');
      return [leftOut(time, `<= ${SLOWER}`, why), leftOut(loss, `<= ${WORSE}`, why)];
    }
    const beside = missing.length > 0 ? ` (${missing.join(', ')})` : '';
    const best = Math.min(...fit.peers.map(({ logLoss: own }) => own));
    return [
      atMost(`${time}${beside}`, fit.ratio, SLOWER),
      atMost(`${loss}${beside}`, fit.ours.logLoss / best, WORSE),
      leftOut(two, `<= ${SLOWER}`, `a fit has one thread; ${fit.overTwo.toFixed(2)}`),
    ];
  });
}

export function boostingTable({ fits, missing }: BoostingFits): string {
  const lines = fits.flatMap(({ name, ours, peers, ratio, overTwo }) => [
    [name, 'ours', ours.processor.toFixed(2), '', ours.seconds.toFixed(2), ours.logLoss.toFixed(4)],
    ...peers.map(({ library, threads: [one, two], logLoss: loss }) => [
      '',
      library,
      one.processor.toFixed(2),
      two.seconds.toFixed(2),
      one.seconds.toFixed(2),
      loss.toFixed(4),
    ]),
    ['', 'over the quicker', ratio.toFixed(2), overTwo.toFixed(2), '', ''],
  ]);
  const head = ['boosted trees', '', 'processor s', 's, two threads', 's, one thread', 'log loss'];
  return [...(fits.length > 0 ? [columns([head, ...lines])] : []), ...missing].join('\n');
}
