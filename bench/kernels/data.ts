import { gradientBoosting } from 'spillway';
import { type BoostedModel, denseBlock, RowView } from 'spillway/extend';
import { features } from '../../examples/mail/pipeline.js';
import type { Forest } from '../../lib/learn/kernels/index.js';
import { random } from '../../lib/stats/index.js';
import { splitMail } from '../mail/data.js';

/** Rows of one dense block, of two classes. */
export interface Rows {
  readonly name: string;
  readonly columns: number;
  readonly values: Float32Array;
  readonly labels: Int32Array;
}

/** A forest, and rows for it that it hasn't seen. */
export interface KernelProblem {
  readonly name: string;
  readonly columns: number;
  readonly forest: Forest;
  readonly rows: Float32Array;
}

const COLUMNS = 28;
const TRAINED = 8_000;

/** Two classes of 28 columns of noise; each column matters, and by how much depends on its neighbour. */
export function generatedRows(rows: number): Rows {
  const stream = random(1).fork('kernels');
  const values = Float32Array.from({ length: rows * COLUMNS }, () => stream.normal());
  const labels = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = stream.normal();
    for (let c = 0; c < COLUMNS; c++) {
      const next = values[row * COLUMNS + ((c + 1) % COLUMNS)];
      sum += values[row * COLUMNS + c] * Math.sin(c * next);
    }
    labels[row] = Number(sum > 0);
  }
  return { name: 'generated', columns: COLUMNS, values, labels };
}

/** The eight numbers that the main job takes from each mail. */
export async function mailRows(): Promise<Rows> {
  const { known, unseen } = (await splitMail(false))(1);
  const view = RowView.of([...known.rows, ...unseen.rows]);
  const block = await (await features.get('signals').fit(view)).compute(view);
  if (block.kind !== 'dense') throw new TypeError('expected a dense block of signals');
  const labels = Int32Array.from([...known.labels, ...unseen.labels], (label) => Number(label === 'spam'));
  return { name: 'mails', columns: block.columns, values: block.values, labels };
}

export interface ForestSettings {
  readonly trees: number;
  readonly depth: number;
  /** Undefined: as many as the depth has room for. */
  readonly leaves?: number;
}

/** A forest learnt from the first rows, with small steps so that every tree finds something to divide. */
export async function problemOf(
  { name, columns, values, labels }: Rows,
  { trees, depth, leaves = 2 ** depth }: ForestSettings,
  count: number,
): Promise<KernelProblem> {
  const learnt = Math.min(TRAINED, Math.trunc((2 * labels.length) / 3));
  const model: BoostedModel = await gradientBoosting({
    rounds: trees,
    maxDepth: depth,
    maxLeaves: leaves,
    minRows: 2,
    minHessian: 1e-6,
    learningRate: 0.03,
    growth: leaves < 2 ** depth ? 'leaf' : 'depth',
  }).fit(
    {
      blocks: [denseBlock(learnt, columns, values.subarray(0, learnt * columns))],
      rows: learnt,
      classes: 2,
      labels: labels.subarray(0, learnt),
    },
    { seed: 1 },
  );
  // Unseen rows, again and again until there are enough.
  const rows = new Float32Array(count * columns);
  const unseen = values.subarray(learnt * columns);
  for (let at = 0; at < rows.length; at += unseen.length) {
    rows.set(unseen.subarray(0, Math.min(unseen.length, rows.length - at)), at);
  }
  return { name: `${name}-${trees}x${depth}`, columns, forest: model.forest, rows };
}
