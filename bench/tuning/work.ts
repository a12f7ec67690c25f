import { median } from 'simple-statistics';
import { gradientBoosting, type Learner, logisticRegression, randomForest, ridgeRegression } from 'spillway';
import { type Block, denseBlock, type TrainingSet } from 'spillway/extend';
import { entries, SparseWriter } from '../../lib/data/blocks/index.js';
import { type Random, random } from '../../lib/stats/index.js';
import { atMost, type Check, columns } from '../harness/checks.js';
import { processorClock } from '../harness/processor.js';

/** A fit, and what `work` says of it beside the processor time that it takes. */
interface WorkLine {
  readonly name: string;
  readonly work: number;
  /** Processor time. */
  readonly seconds: number;
  /** Predicted over measured seconds, at the median rate of all fits. */
  readonly ratio: number;
}

interface Shape {
  readonly rows: number;
  readonly classes: number;
  /** Dense columns, scaled. @defaultValue none */
  readonly dense?: number;
  /** How much of a dense column is the one before: they are the worse conditioned. @defaultValue .5 */
  readonly together?: number;
  /** Columns of texts, and the entries of a row of them. @defaultValue none */
  readonly text?: readonly [columns: number, each: number];
}

/** A learner and what it is fitted to. */
export interface WorkCase {
  readonly name: string;
  readonly learner: Learner;
  readonly shape: Shape;
  readonly set: TrainingSet;
}

const NUMBERS: readonly Shape[] = [
  { rows: 4_000, classes: 2, dense: 20 },
  { rows: 4_000, classes: 10, dense: 20 },
  { rows: 2_000, classes: 4, dense: 200 },
  { rows: 6_000, classes: 19, dense: 6 },
  { rows: 20_000, classes: 2, dense: 20 },
  { rows: 60_000, classes: 3, dense: 30 },
  { rows: 20_000, classes: 2, dense: 20, together: 3 },
  { rows: 4_000, classes: 2, dense: 300 },
  { rows: 20_000, classes: 2, dense: 150 },
  { rows: 4_000, classes: 5, dense: 60, together: 3 },
];
const TEXTS: readonly Shape[] = [
  { rows: 3_000, classes: 2, text: [10_000, 30] },
  { rows: 3_000, classes: 4, text: [10_000, 30] },
  { rows: 3_000, classes: 19, text: [10_000, 30] },
  { rows: 2_000, classes: 4, text: [30_000, 200] },
  { rows: 8_000, classes: 2, text: [30_000, 100] },
  { rows: 3_000, classes: 2, text: [10_000, 30], dense: 6 },
  { rows: 3_000, classes: 4, text: [10_000, 30], dense: 40 },
  { rows: 3_000, classes: 19, text: [10_000, 30], dense: 6 },
];
const FORESTS: readonly Shape[] = [
  { rows: 600, classes: 2, dense: 20 },
  { rows: 1_200, classes: 2, dense: 6 },
  { rows: 1_200, classes: 10, dense: 20 },
  { rows: 600, classes: 4, dense: 100 },
];
const TOGETHER = 0.5;
const PENALTIES = [10, 0.1, 0.003];
const [MOST, MOST_CHOSEN] = [2, 3];
/** Seconds of a fit that a budget notices: what shorter ones wait and set up isn't counted. */
const SAID = 0.03;
/** Seconds that fits of a case take together, at least. */
const TOLD = 0.3;

/** Each learner, of options that its work depends on, beside each shape that it is used for. */
export function* workCases(quick: boolean): Generator<WorkCase> {
  for (const shape of quick ? NUMBERS.slice(0, 2) : [...NUMBERS, ...TEXTS]) {
    const { set, numbers } = drawn(shape);
    const one = (what: string, learner: Learner, of = set) => ({
      ...{ name: `${what}, ${wordsOf(shape)}`, learner, shape, set: of },
    });
    for (const l2 of PENALTIES) {
      const logistic = logisticRegression({ l2 });
      yield one(`logistic, l2 ${l2}`, logistic);
      yield one(`rough logistic, l2 ${l2}`, logistic.rough?.() ?? logistic);
      yield one(`light logistic, l2 ${l2}`, logistic.lighter?.() ?? logistic);
      if (shape.classes === 2) yield one(`ridge, l2 ${l2}`, ridgeRegression({ l2 }), numbers);
    }
    yield one('logistic, l2 auto', logisticRegression());
    if (shape.classes === 2) yield one('ridge, l2 auto', ridgeRegression(), numbers);
    yield one('30 rounds', gradientBoosting({ rounds: 30 }));
    yield one('6 rounds', gradientBoosting({ rounds: 6, maxBins: 64 }));
    yield one('20 rounds of 3 levels', gradientBoosting({ rounds: 20, maxDepth: 3 }));
    yield one('20 rounds of halves', gradientBoosting({ rounds: 20, rowSample: 0.5, columnSample: 0.5 }));
    if (shape.classes === 2) {
      yield one('30 rounds for numbers', gradientBoosting({ rounds: 30, loss: 'squared' }), numbers);
    }
  }
  for (const shape of quick ? FORESTS.slice(0, 1) : FORESTS) {
    const { set, numbers } = drawn(shape);
    yield { name: `forest, ${wordsOf(shape)}`, learner: randomForest({ trees: 3 }), shape, set };
    const forNumbers = randomForest({ trees: 3, task: 'regression' });
    yield { name: `forest for numbers, ${wordsOf(shape)}`, learner: forNumbers, shape, set: numbers };
  }
}

/** The work of fits beside their processor time: of each learner over rows, classes, columns, density and conditioning. */
export async function measureWork({ quick }: { readonly quick: boolean }, log: (text: string) => void) {
  const lines: Omit<WorkLine, 'ratio'>[] = [];
  for (const { name, learner, set } of workCases(quick)) {
    const seconds = await secondsOf(learner, set, quick ? 0 : TOLD);
    lines.push({ name, work: learner.work(shapeOf(set)), seconds });
    log(`${name}: ${seconds.toPrecision(2)} s`);
  }
  const rate = median(lines.map(({ work, seconds }) => seconds / work));
  return lines.map((line): WorkLine => ({ ...line, ratio: (line.work * rate) / line.seconds }));
}

/** Fits of a case that aren't timed: loops are compiled as they run. */
const UNTIMED = 2;

/** The median processor time of fits, once they are compiled. */
export async function secondsOf(learner: Learner, set: TrainingSet, told: number): Promise<number> {
  const times: number[] = [];
  // A penalty is chosen once for a set.
  for (let fit = 0; fit < UNTIMED; fit++) await learner.fit({ ...set }, { seed: 1 });
  for (let sum = 0; times.length === 0 || sum < told; ) {
    const start = processorClock.now();
    await learner.fit({ ...set }, { seed: 1 });
    const seconds = (processorClock.now() - start) / 1_000;
    times.push(seconds);
    sum += seconds;
  }
  return median(times);
}

export function workChecks(lines: readonly WorkLine[]): Check[] {
  if (lines.length === 0) return [];
  const said = lines.filter(({ seconds }) => seconds >= SAID);
  const off = (some: readonly WorkLine[]) => Math.max(...some.map(({ ratio }) => Math.max(ratio, 1 / ratio)));
  // What a penalty costs isn't known before it is chosen; `tune` chooses it before it plans.
  const [chosen, given] = [said.filter(isChosen), said.filter((line) => !isChosen(line))];
  return [
    atMost('work predicted over measured, or measured over predicted', off(given), MOST),
    atMost('the same of penalties that a fit chooses', off(chosen), MOST_CHOSEN),
  ];
}

function isChosen({ name }: WorkLine): boolean {
  return name.includes('auto');
}

export function workTable(lines: readonly WorkLine[]): string {
  return columns([
    ['fit', 'multiplications', 'measured', 'predicted over measured'],
    ...lines.map(({ name, work, seconds, ratio }) => [
      name,
      work.toExponential(1),
      `${(1_000 * seconds).toPrecision(3)} ms`,
      ratio.toFixed(2),
    ]),
  ]);
}

export function shapeOf({ blocks, rows, classes }: TrainingSet) {
  const sum = (of: (block: Block) => number) => blocks.reduce((total, block) => total + of(block), 0);
  return {
    ...{ rows, classes, columns: sum((block) => block.columns), entries: sum(entries) },
    dense: sum((block) => (block.kind === 'dense' ? block.columns : 0)),
  };
}

function wordsOf({ rows, classes, dense, together = TOGETHER, text }: Shape): string {
  const parts = [
    ...(dense === undefined ? [] : [`${dense} ${together > TOGETHER ? 'related ' : ''}numbers`]),
    ...(text ? [`${text[1]} of ${text[0]} words`] : []),
  ];
  return `${rows} rows of ${parts.join(' and ')}, ${classes} classes`;
}

/** Classes by margins of the columns, with noise, and numbers by the first of the margins. */
function drawn(shape: Shape): { readonly set: TrainingSet; readonly numbers: TrainingSet } {
  const { rows, classes, dense = 0, together = TOGETHER, text: [words, each] = [0, 0] } = shape;
  const stream = random(1).fork(`bench work ${wordsOf(shape)}`);
  const margins = Float64Array.from({ length: rows * classes }, () => 0.5 * gumbel(stream));
  const blocks: Block[] = [];
  if (words > 0) {
    const weights = Float64Array.from({ length: words * classes }, () => 3 * stream.normal());
    const writer = new SparseWriter(rows, words, rows * each);
    for (let row = 0; row < rows; row++) {
      const own = new Set<number>();
      // Words are as frequent as Zipf has it.
      while (own.size < each) own.add(Math.floor(words ** stream.uniform()) - 1);
      const value = 1 / Math.sqrt(each);
      for (const word of [...own].sort((a, b) => a - b)) {
        writer.push(word, value);
        for (let c = 0; c < classes; c++) margins[row * classes + c] += value * weights[word * classes + c];
      }
      writer.endRow();
    }
    blocks.push(writer.block());
  }
  if (dense > 0) {
    const weights = Float64Array.from({ length: dense * classes }, () => stream.normal() / Math.sqrt(dense));
    const values = new Float32Array(rows * dense);
    for (let i = 0; i < values.length; i++) {
      const column = i % dense;
      const before = column > 0 ? together * values[i - 1] : 0;
      values[i] = (stream.normal() + before) / Math.sqrt(1 + (together > 1 ? together ** 2 : 0));
      const to = Math.floor(i / dense) * classes;
      for (let c = 0; c < classes; c++) margins[to + c] += 2 * values[i] * weights[column * classes + c];
    }
    blocks.push(denseBlock(rows, dense, values));
  }
  const labels = Int32Array.from({ length: rows }, (_, row) => {
    const own = margins.subarray(row * classes, (row + 1) * classes);
    return own.indexOf(Math.max(...own));
  });
  const values = Float64Array.from({ length: rows }, (_, row) => margins[row * classes]);
  const set = { blocks, rows, classes, labels };
  return { set, numbers: { ...set, classes: 1, labels: new Int32Array(0), values } };
}

function gumbel(stream: Random): number {
  return -Math.log(-Math.log(stream.uniform()));
}
