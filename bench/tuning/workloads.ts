import {
  define,
  dense,
  type FeatureSet,
  gradientBoosting,
  type Label,
  type Learner,
  logisticRegression,
} from 'spillway';
import { loadDigits } from 'spillway/datasets';
import { features as mailFeatures } from '../../examples/mail/pipeline.js';
import { type Random, random } from '../../lib/stats/index.js';
import { L2, splitMail } from '../mail/data.js';
import { tableFeatures, tableOf } from './expected-data.js';

/** A pipeline to tune: rows to tune on, and others for the quality of what was found. */
export interface TuningProblem<Row, L extends Label, Name extends string> {
  readonly features: FeatureSet<Row, Name>;
  readonly rows: readonly Row[];
  readonly labels: readonly L[];
  readonly unseen: { readonly rows: readonly Row[]; readonly labels: readonly L[] };
  readonly full: Learner;
  readonly epsilon: number;
}

/** Takes any pipeline: its rows, labels and names differ from workload to workload. */
export type UseProblem<Result> = <Row, L extends Label, Name extends string>(
  problem: TuningProblem<Row, L, Name>,
) => Promise<Result>;

export interface TuningWorkload {
  readonly name: string;
  /** `tune` takes at most so many times as long as one fit: on one core, and on two. */
  readonly most: { readonly one: number; readonly two: number };
  make<Result>(seed: number, size: TuningSize, use: UseProblem<Result>): Promise<Result>;
}

export interface TuningSize {
  /** Share of the workload's rows, 0 to 1. */
  readonly share: number;
  /** Rounds of boosted trees. */
  readonly rounds: number;
}

/** The five workloads whose tuning time has a goal. */
export const tuningWorkloads: readonly TuningWorkload[] = [
  { name: 'mail', most: { one: 7, two: 4.5 }, make: mail },
  { name: 'table', most: { one: 7, two: 4.5 }, make: table },
  { name: 'images', most: { one: 7, two: 4.5 }, make: images },
  { name: 'four features', most: { one: 15, two: 10 }, make: fourFeatures },
  { name: 'twenty columns', most: { one: 25, two: 17 }, make: twentyColumns },
];

/**
 * Workloads of at most six features, whose subsets can all be tried in full, and the share of their rows on which that takes
 * minutes. On as few rows as that the default search still tries subsets on fewer of them first, except for mail.
 */
export const exhaustible: readonly (Pick<TuningWorkload, 'name' | 'make'> & { readonly share: number })[] = [
  { name: 'mail', share: 1, make: mail },
  { name: 'table', share: 0.5, make: table },
  { name: 'images', share: 0.5, make: images },
  { name: 'four features', share: 0.15, make: fourFeatures },
  { name: 'six columns', share: 0.6, make: sixColumns },
];

async function mail<Result>(seed: number, { share }: TuningSize, use: UseProblem<Result>): Promise<Result> {
  const { known, unseen } = (await splitMail(false))(seed);
  const first = <Item>(all: readonly Item[]) => all.slice(0, Math.round(share * all.length));
  return use({
    features: mailFeatures,
    rows: first(known.rows),
    labels: first(known.labels),
    unseen,
    full: logisticRegression({ l2: L2 }),
    epsilon: 0.01,
  });
}

/** Rows of numbers with classes, as the generators below make them. */
interface Drawn {
  readonly row: Float32Array;
  readonly label: number;
}

const UNSEEN = 8_192;

function drawn(seed: number, rows: number, draw: (random: Random) => Drawn) {
  const stream = random(seed).fork('bench tuning');
  const all = Array.from({ length: rows + UNSEEN }, () => draw(stream));
  const [known, unseen] = [all.slice(0, rows), all.slice(rows)];
  const part = (some: readonly Drawn[]) => ({
    rows: some.map(({ row }) => row),
    labels: some.map(({ label }) => label),
  });
  return { ...part(known), unseen: part(unseen) };
}

/** Some columns of a row, and `sines` sines whose result is unused: what makes the feature costly. */
function columns(of: readonly number[], sines: number) {
  return dense(of.length, (rows: readonly Float32Array[]) => {
    const values = new Float32Array(rows.length * of.length);
    rows.forEach((row, i) => {
      let sum = 0;
      for (let k = 0; k < sines; k++) sum += Math.sin(row[of[0]] + k);
      for (let c = 0; c < of.length; c++) values[i * of.length + c] = row[of[c]];
      // So that no compiler leaves the sines out.
      values[i * of.length] += 1e-30 * sum;
    });
    return values;
  });
}

/** Seven classes whose logits jump and interact in nine columns, in features of three columns each. */
async function table<Result>(
  seed: number,
  { share, rounds }: TuningSize,
  use: UseProblem<Result>,
): Promise<Result> {
  const data = drawn(seed, Math.round(20_000 * share), (draw) => {
    const row = Float32Array.from({ length: 9 }, () => draw.normal());
    const [a, b, c, d, e, f, g, h, i] = row;
    const x = 3 * a + (c > 0.5 ? 3 * b : -b) + 2 * Math.sin(3 * d) + (e > 0 ? 2 : -1.5) + f;
    const y = 2 * g + h * i + (a > 0 ? b : -b);
    const logits = Array.from({ length: 7 }, (_, k) => 2 * Math.cos(k) * x + 2 * Math.sin(k) * y);
    return { row, label: drawClass(logits, draw) };
  });
  const features = define({
    first: columns([0, 1, 2], 100),
    second: columns([3, 4, 5], 400),
    third: columns([6, 7, 8], 1_600),
  });
  return use({ features, ...data, full: gradientBoosting({ rounds }), epsilon: 0.02 });
}

function drawClass(logits: readonly number[], draw: Random): number {
  const highest = Math.max(...logits);
  const weights = logits.map((logit) => Math.exp(logit - highest));
  let left = draw.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  for (let k = 0; k < weights.length; k++) {
    left -= weights[k];
    if (left < 0) return k;
  }
  return weights.length - 1;
}

/** Handwritten digits: 4 statistics, 4 x 4 and 14 x 14 means, and the pixels: 1,000 columns. */
async function images<Result>(
  seed: number,
  { share, rounds }: TuningSize,
  use: UseProblem<Result>,
): Promise<Result> {
  const { train } = await loadDigits();
  const order = Int32Array.from(train.rows.keys());
  random(seed).fork('bench tuning').shuffle(order);
  const count = Math.round(20_000 * share);
  const part = (some: Int32Array) => ({
    rows: Array.from(some, (row) => train.rows[row].pixels),
    labels: Array.from(some, (row) => train.labels[row]),
  });
  const features = define({
    statistics: dense(4, (all: readonly Uint8Array[]) => eachImage(all, 4, statistics)),
    thumbnail: dense(16, (all: readonly Uint8Array[]) => eachImage(all, 16, meansOf(7))),
    halved: dense(196, (all: readonly Uint8Array[]) => eachImage(all, 196, meansOf(2))),
    pixels: dense(784, (all: readonly Uint8Array[]) => eachImage(all, 784, (image, out) => out.set(image))),
  });
  return use({
    features,
    ...part(order.slice(0, count)),
    unseen: part(order.slice(20_000, 20_000 + UNSEEN)),
    full: gradientBoosting({ rounds }),
    epsilon: 0.02,
  });
}

const SIDE = 28;

function eachImage(
  images: readonly Uint8Array[],
  width: number,
  write: (image: Uint8Array, out: Float32Array) => void,
): Float32Array {
  const values = new Float32Array(images.length * width);
  images.forEach((image, i) => {
    write(image, values.subarray(i * width, (i + 1) * width));
  });
  return values;
}

/** The ink, its centre and its spread across. */
function statistics(image: Uint8Array, out: Float32Array): void {
  let [ink, across, down, square] = [0, 0, 0, 0];
  image.forEach((value, at) => {
    const column = at % SIDE;
    ink += value;
    across += value * column;
    down += value * ((at - column) / SIDE);
    square += value * column * column;
  });
  const mean = ink > 0 ? across / ink : 0;
  out.set([ink, mean, ink > 0 ? down / ink : 0, ink > 0 ? square / ink - mean * mean : 0]);
}

/** Means over squares of this side. */
function meansOf(side: number) {
  const count = SIDE / side;
  return (image: Uint8Array, out: Float32Array) => {
    image.forEach((value, at) => {
      const [row, column] = [Math.floor(at / SIDE / side), Math.floor((at % SIDE) / side)];
      out[row * count + column] += value / (side * side);
    });
  };
}

async function fourFeatures<Result>(
  seed: number,
  { share, rounds }: TuningSize,
  use: UseProblem<Result>,
): Promise<Result> {
  const known = Math.round(80_000 * share);
  const all = tableOf(seed, { known: known + UNSEEN, unseen: 0 });
  return use({
    features: tableFeatures,
    rows: all.rows.slice(0, known),
    labels: all.labels.slice(0, known),
    unseen: { rows: all.rows.slice(known), labels: all.labels.slice(known) },
    full: gradientBoosting({ rounds }),
    epsilon: 0.01,
  });
}

/** A row's log-odds, which jump and interact in its first six columns. */
function logOddsOf([a, b, c, d, e, f]: Float32Array): number {
  return 6 * a + (c > 0.5 ? 6 * b : -2 * b) + 4 * Math.sin(3 * d) + (e > 0 ? 4 : -3) + 2 * f;
}

/** Two classes by the first six of so many columns. */
export function twoClasses(seed: number, rows: number, width: number) {
  return drawn(seed, rows, (draw) => {
    const row = Float32Array.from({ length: width }, () => draw.normal());
    return { row, label: Number(draw.uniform() < 1 / (1 + Math.exp(-logOddsOf(row)))) };
  });
}

/** Columns as features of their own; each takes longer than the one before. */
function eachColumn(count: number, sines: (column: number) => number) {
  const each = Array.from({ length: count }, (_, c) => [`column${c}`, columns([c], sines(c))] as const);
  return define(Object.fromEntries(each));
}

/** Two classes by six of twenty columns, each a feature of its own. */
async function twentyColumns<Result>(
  seed: number,
  { share, rounds }: TuningSize,
  use: UseProblem<Result>,
): Promise<Result> {
  return use({
    features: eachColumn(20, (c) => 20 + 10 * c),
    ...twoClasses(seed, Math.round(16_000 * share), 20),
    full: gradientBoosting({ rounds }),
    epsilon: 0.02,
  });
}

/** The six of them alone. */
async function sixColumns<Result>(
  seed: number,
  { share, rounds }: TuningSize,
  use: UseProblem<Result>,
): Promise<Result> {
  return use({
    features: eachColumn(6, (c) => 20 * 2 ** c),
    ...twoClasses(seed, Math.round(16_000 * share), 6),
    full: gradientBoosting({ rounds }),
    epsilon: 0.02,
  });
}
