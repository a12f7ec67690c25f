import { median } from 'simple-statistics';
import { gradientBoosting, type Learner, logisticRegression, ridgeRegression } from 'spillway';
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
  /** Columns of texts, and the entries of a row of them. @defaultValue none */
  readonly text?: readonly [columns: number, each: number];
}

const SHAPES: readonly Shape[] = [
  { rows: 4_000, classes: 2, dense: 20 },
  { rows: 4_000, classes: 10, dense: 20 },
  { rows: 2_000, classes: 4, dense: 200 },
  { rows: 3_000, classes: 2, text: [10_000, 30] },
  { rows: 3_000, classes: 4, text: [10_000, 30] },
  { rows: 3_000, classes: 19, text: [10_000, 30] },
  { rows: 2_000, classes: 4, text: [30_000, 200] },
  { rows: 3_000, classes: 19, text: [10_000, 30], dense: 6 },
  { rows: 6_000, classes: 19, dense: 6 },
];
const PENALTIES = [10, 0.1, 0.003];
const [LEAST, MOST] = [0.5, 2];
/** Seconds of a fit whose time says something. */
const TOLD = 0.25;

/** Linear fits at several penalties, in full and as exactly as comparisons need, and boosted trees. */
export async function measureWork({ quick }: { readonly quick: boolean }, log: (text: string) => void) {
  const lines: Omit<WorkLine, 'ratio'>[] = [];
  const measure = async (name: string, learner: Learner, set: TrainingSet) => {
    // The first of a kind is compiled meanwhile.
    const times: number[] = [];
    for (let time = 0; time < 2; time++) {
      const start = processorClock.now();
      await learner.fit(set, { seed: 1 });
      times.push((processorClock.now() - start) / 1_000);
    }
    const seconds = Math.min(...times);
    lines.push({ name, work: learner.work(shapeOf(set)), seconds });
    log(`${name}: ${seconds.toFixed(2)} s`);
  };
  for (const shape of quick ? SHAPES.slice(0, 2) : SHAPES) {
    const set = drawn(shape);
    for (const l2 of PENALTIES) {
      const exact = logisticRegression({ l2 });
      await measure(`logistic, l2 ${l2}, ${wordsOf(shape)}`, exact, set);
      await measure(`rough logistic, l2 ${l2}, ${wordsOf(shape)}`, exact.rough?.() ?? exact, set);
    }
    if (shape.classes === 2) {
      const values = Float64Array.from(set.labels, (label, row) => label + Math.sin(row));
      const numbers = { ...set, classes: 1, labels: new Int32Array(0), values };
      await measure(`ridge, l2 1, ${wordsOf(shape)}`, ridgeRegression({ l2: 1 }), numbers);
    }
    if (shape.text === undefined) {
      await measure(`30 rounds, ${wordsOf(shape)}`, gradientBoosting({ rounds: 30 }), set);
      await measure(`6 rounds, ${wordsOf(shape)}`, gradientBoosting({ rounds: 6, maxBins: 64 }), set);
    }
  }
  const rate = median(lines.map(({ work, seconds }) => seconds / work));
  return lines.map((line): WorkLine => ({ ...line, ratio: (line.work * rate) / line.seconds }));
}

export function workChecks(lines: readonly WorkLine[]): Check[] {
  const told = lines.filter(({ seconds }) => seconds >= TOLD);
  if (told.length === 0) return [];
  const off = Math.max(...told.map(({ ratio }) => Math.max(ratio / MOST, LEAST / ratio)));
  return [atMost('work predicted over measured, beyond half and twice', off, 1)];
}

export function workTable(lines: readonly WorkLine[]): string {
  return columns([
    ['fit', 'multiplications', 'measured', 'predicted over measured'],
    ...lines.map(({ name, work, seconds, ratio }) => [
      name,
      work.toExponential(1),
      `${seconds.toFixed(2)} s`,
      ratio.toFixed(2),
    ]),
  ]);
}

function shapeOf({ blocks, rows, classes }: TrainingSet) {
  const sum = (of: (block: Block) => number) => blocks.reduce((total, block) => total + of(block), 0);
  return {
    ...{ rows, classes, columns: sum((block) => block.columns), entries: sum(entries) },
    dense: sum((block) => (block.kind === 'dense' ? block.columns : 0)),
  };
}

function wordsOf({ rows, classes, dense, text }: Shape): string {
  const parts = [
    ...(dense === undefined ? [] : [`${dense} numbers`]),
    ...(text ? [`${text[1]} of ${text[0]} words`] : []),
  ];
  return `${rows} rows of ${parts.join(' and ')}, ${classes} classes`;
}

/** Classes by a few margins of the columns, with noise. */
function drawn(shape: Shape): TrainingSet {
  const { rows, classes, dense = 0, text: [words, each] = [0, 0] } = shape;
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
      // Columns go together with the one before.
      values[i] = stream.normal() + (column > 0 ? 0.5 * values[i - 1] : 0);
      const to = Math.floor(i / dense) * classes;
      for (let c = 0; c < classes; c++) margins[to + c] += 2 * values[i] * weights[column * classes + c];
    }
    blocks.push(denseBlock(rows, dense, values));
  }
  const labels = Int32Array.from({ length: rows }, (_, row) => {
    const own = margins.subarray(row * classes, (row + 1) * classes);
    return own.indexOf(Math.max(...own));
  });
  return { blocks, rows, classes, labels };
}

function gumbel(stream: Random): number {
  return -Math.log(-Math.log(stream.uniform()));
}
