import { mean, median } from 'simple-statistics';
import { logisticRegression } from 'spillway';
import { atMost, type Check, columns, leftOut } from '../harness/checks.js';
import type { RunOptions } from '../harness/harness.js';
import { logLoss } from '../harness/metrics.js';
import { processorClock } from '../harness/processor.js';
import type { LinearPeer, LinearRows, PeerScaling } from '../peers/linear.js';
import type { Embedder } from './embedder.js';
import { embeddingRows, glossRows, mailRows, mixedRows, pixelRows, type Shape } from './linearData.js';

const SHAPES: readonly Shape[] = [
  { rows: 3_600, columns: 512, classes: 8 },
  { rows: 20_000, columns: 384, classes: 2 },
  { rows: 10_000, columns: 256, classes: 20 },
];
const QUICK: readonly Shape[] = [{ rows: 600, columns: 64, classes: 3 }];
const ROUNDS = 3;
/** With `--full` alone: scikit-learn's cross-validation takes minutes a seed. */
const ACCURACY_SEEDS = [1, 2, 3, 4, 5];
/** scikit-learn's limit on iterations, never reached. */
const MANY = 10_000;

/** A fit beside scikit-learn's to the same rows with the same penalty. */
export interface FitResult {
  readonly name: string;
  /** Processor time, and its ratio to scikit-learn's. */
  readonly seconds: number;
  readonly sklearnSeconds: number;
  readonly ratio: number;
  /** Of rows never seen. */
  readonly logLoss: number;
  readonly sklearnLogLoss: number;
}

/** The accuracy on rows never seen of models by default options. */
export interface AccuracyResult {
  readonly name: string;
  readonly ours: number;
  /** By its defaults on columns as they are. */
  readonly raw: number;
  /** By cross-validation over ten penalties. */
  readonly crossValidated: number;
  /** Processor time of the default fit, penalty chosen. */
  readonly seconds: number;
}

interface LinearResults {
  readonly fits: readonly FitResult[];
  readonly accuracy: readonly AccuracyResult[];
}

export async function measureLinear(
  peer: LinearPeer,
  embedder: Embedder | undefined,
  { quick, full = false, log }: Pick<RunOptions, 'quick' | 'full' | 'log'>,
): Promise<LinearResults> {
  const fits: FitResult[] = [];
  for (const shape of quick ? QUICK : SHAPES) {
    log(`logistic regression: ${nameOf(shape)}`);
    fits.push(await measureFit(nameOf(shape), embeddingRows(1, shape), 'columns', peer, quick));
  }
  if (quick) return { fits, accuracy: [] };
  log('logistic regression: numbers beside wide text');
  fits.push(await measureFit(MIXED, await mixedRows(1), 'columns', peer, quick));
  if (embedder) {
    log('logistic regression: words, characters, embedding');
    fits.push(await measureFit(TEXTS, await glossRows(1, embedder), 'block', peer, quick));
  }
  if (!full) return { fits, accuracy: [] };
  const accuracy: AccuracyResult[] = [];
  for (const [name, rowsOf] of Object.entries(ACCURACY)) {
    if (name !== 'digits' && embedder === undefined) continue;
    for (const seed of ACCURACY_SEEDS) {
      log(`logistic regression by default: ${name}, seed ${seed}`);
      accuracy.push(await measureAccuracy(name, await rowsOf(seed, embedder), peer));
    }
  }
  return { fits, accuracy };
}

const MIXED = '3,000 glosses of 19 classes: numbers beside wide text';
const TEXTS = '3,600 glosses: words, characters, embedding';
const ACCURACY = { glosses: glossRows, mail: mailRows, digits: pixelRows };

function nameOf({ rows, columns: width, classes }: Shape): string {
  return `${rows.toLocaleString('en')} x ${width} x ${classes}`;
}

/** Fits alternate with scikit-learn's; medians of the ratios. */
export async function measureFit(
  name: string,
  problem: LinearRows,
  scaling: PeerScaling,
  peer: LinearPeer,
  quick: boolean,
): Promise<FitResult> {
  await peer.give(problem, scaling);
  const rounds = [];
  let loss = Number.NaN;
  for (let round = 0; round < (quick ? 1 : ROUNDS); round++) {
    const { seconds, scores } = await fitOurs(problem, 1);
    loss = logLoss(scores, problem.testLabels);
    rounds.push({ ours: seconds, theirs: await peer.fit(problem, { C: 1, tol: 1e-6, max_iter: MANY }) });
  }
  return {
    name,
    seconds: median(rounds.map(({ ours }) => ours)),
    sklearnSeconds: median(rounds.map(({ theirs }) => theirs)),
    ratio: median(rounds.map(({ ours, theirs }) => ours / theirs)),
    logLoss: loss,
    sklearnLogLoss: logLoss(await peer.predict(problem), problem.testLabels),
  };
}

export async function measureAccuracy(
  name: string,
  problem: LinearRows,
  peer: LinearPeer,
): Promise<AccuracyResult> {
  const { scores, seconds } = await fitOurs(problem);
  await peer.give(problem, 'raw');
  await peer.fit(problem, { max_iter: MANY });
  const raw = accuracyOf(await peer.predict(problem), problem);
  // Text needs no scaling; pixels are standardised, without which its solver takes thousands of steps.
  if (problem.train.length === 1) await peer.give(problem, 'columns');
  await peer.fit(problem, { max_iter: MANY }, true);
  const crossValidated = accuracyOf(await peer.predict(problem), problem);
  return { name, ours: accuracyOf(scores, problem), raw, crossValidated, seconds };
}

async function fitOurs({ train, labels, classes, test, testLabels }: LinearRows, l2?: number) {
  const set = { blocks: train, rows: labels.length, classes, labels };
  const learner = logisticRegression(l2 === undefined ? {} : { l2 });
  const start = processorClock.now();
  const model = await learner.fit(set, { seed: 1 });
  const seconds = (processorClock.now() - start) / 1000;
  const scores = new Float64Array(testLabels.length * classes);
  model.score(test, scores);
  return { seconds, scores };
}

export function accuracyOf(scores: Float64Array, { classes, testLabels }: LinearRows): number {
  let right = 0;
  testLabels.forEach((label, row) => {
    const own = scores.subarray(row * classes, (row + 1) * classes);
    if (own.indexOf(Math.max(...own)) === label) right++;
  });
  return right / testLabels.length;
}

const SLOWER = 2;
const BEHIND = 0.005;
const ratioOf = (name: string) => `processor time of a fit as a multiple of scikit-learn's, ${name}`;
const lossOf = (name: string) => `log loss above scikit-learn's, ${name}`;
const accuracyBehind = (name: string) => `default accuracy behind the better of scikit-learn's, ${name}`;

export function linearChecks(
  results: LinearResults | string,
  embedder: Embedder | string,
  quick: boolean,
): Check[] {
  const why = typeof results === 'string' ? results : quick ? 'too few rows' : undefined;
  const texts = typeof embedder === 'string' ? embedder : undefined;
  const fits = [...SHAPES.map((shape) => nameOf(shape)), MIXED, TEXTS].flatMap((name) => {
    const missing = why ?? (name === TEXTS ? texts : undefined);
    const fit = typeof results === 'string' ? undefined : results.fits.find((each) => each.name === name);
    if (missing !== undefined || fit === undefined) {
      return [leftOut(ratioOf(name), `<= ${SLOWER}`, missing ?? 'not measured')];
    }
    return [
      atMost(ratioOf(name), fit.ratio, SLOWER),
      atMost(lossOf(name), fit.logLoss - fit.sklearnLogLoss, 0.001),
    ];
  });
  const accuracy = Object.keys(ACCURACY).map((name) => {
    const missing = why ?? (name === 'digits' ? undefined : texts);
    const own = typeof results === 'string' ? [] : results.accuracy.filter((each) => each.name === name);
    if (missing !== undefined || own.length === 0) {
      return leftOut(accuracyBehind(name), `<= ${BEHIND}`, missing ?? 'see --full');
    }
    const { ours, raw, crossValidated } = averages(own);
    return atMost(accuracyBehind(name), Math.max(raw, crossValidated) - ours, BEHIND);
  });
  return [...fits, ...accuracy];
}

function averages(results: readonly AccuracyResult[]) {
  const over = (of: (result: AccuracyResult) => number) => mean(results.map(of));
  return {
    ours: over(({ ours }) => ours),
    raw: over(({ raw }) => raw),
    crossValidated: over(({ crossValidated }) => crossValidated),
    seconds: over(({ seconds }) => seconds),
  };
}

export function linearTable({ fits, accuracy }: LinearResults): string {
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  const times = columns([
    ['logistic regression', 'seconds', 'sklearn', 'ratio', 'log loss', 'sklearn'],
    ...fits.map(({ name, seconds, sklearnSeconds, ratio, logLoss: own, sklearnLogLoss }) => [
      name,
      ...[seconds, sklearnSeconds, ratio].map((value) => value.toFixed(2)),
      ...[own, sklearnLogLoss].map((value) => value.toFixed(4)),
    ]),
  ]);
  const names = [...new Set(accuracy.map(({ name }) => name))];
  if (names.length === 0) return times;
  const shares = columns([
    ['accuracy by default', 'ours', 'sklearn, raw', 'LogisticRegressionCV', 'seconds'],
    ...names.map((name) => {
      const { ours, raw, crossValidated, seconds } = averages(accuracy.filter((each) => each.name === name));
      return [name, ...[ours, raw, crossValidated].map(percent), seconds.toFixed(1)];
    }),
  ]);
  return `${times}\n\n${shares}`;
}
