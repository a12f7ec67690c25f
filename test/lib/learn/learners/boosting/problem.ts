import { type Block, denseBlock, gather, SparseWriter } from '../../../../../lib/data/blocks/index.js';
import type { BoostedModel, TrainingSet } from '../../../../../lib/learn/learners/index.js';
import { uniform } from '../problem.js';

export interface Problem {
  readonly block: Block;
  readonly two: Int32Array;
  readonly three: Int32Array;
  readonly numbers: Float64Array;
}

/** The rows of reference.py: six columns of eighths below 8, two of them with holes where `missing`. */
export function problem(rows: number, missing = false, seed = 7): Problem {
  const random = uniform(seed);
  const values = new Float32Array(rows * 6);
  const two = new Int32Array(rows);
  const three = new Int32Array(rows);
  const numbers = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    const x = values.subarray(r * 6, r * 6 + 6);
    for (let c = 0; c < 6; c++) x[c] = Math.floor(random() * 64) / 8;
    const noise = random();
    const signal = x[0] / 2 + (x[1] > 3 ? x[2] : 1) - Math.abs(x[3] - 4) / 4;
    two[r] = Number(noise * 12 < signal);
    three[r] = Math.min(2, Math.max(0, Math.floor((signal + noise * 6) / 5)));
    numbers[r] = signal + noise * 4;
    if (missing && x[2] === 5) x[2] = Number.NaN;
    if (missing && x[4] < 1) x[4] = Number.NaN;
  }
  return { block: denseBlock(rows, 6, values), two, three, numbers };
}

export function classesOf({ block, two, three }: Problem, classes: 2 | 3): TrainingSet {
  return { blocks: [block], rows: block.rows, classes, labels: classes === 2 ? two : three };
}

export function numbersOf({ block, numbers }: Problem): TrainingSet {
  return { blocks: [block], rows: block.rows, classes: 1, labels: new Int32Array(0), values: numbers };
}

/** Some rows of a training set. */
export function part(set: TrainingSet, from: number, to: number): TrainingSet {
  const rows = Array.from({ length: to - from }, (_, i) => from + i);
  return {
    ...set,
    rows: rows.length,
    blocks: set.blocks.map((block) => gather(block, rows)),
    labels: set.labels.slice(from, to),
    ...(set.values && { values: set.values.slice(from, to) }),
    ...(set.groups && { groups: set.groups.slice(from, to) }),
  };
}

/** The same numbers in a sparse block, its columns in any order. */
export function sparseOf(block: Block): Block {
  if (block.kind === 'sparse') return block;
  const { rows, columns, values } = block;
  const writer = new SparseWriter(rows, columns, 16);
  for (let r = 0; r < rows; r++) {
    for (let c = columns - 1; c >= 0; c--) {
      const value = values[r * columns + c];
      if (value !== 0) writer.push(c, value);
    }
    writer.endRow();
  }
  return writer.block();
}

export function scores(model: BoostedModel, set: Pick<TrainingSet, 'blocks' | 'rows'>): Float64Array {
  const out = new Float64Array(set.rows * model.classes);
  model.score(set.blocks, out);
  return out;
}
