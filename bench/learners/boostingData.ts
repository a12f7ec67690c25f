import { random } from '../../lib/stats/index.js';
import type { LearningProblem } from '../peers/boosting.js';

export interface Shape {
  readonly rows: number;
  readonly columns: number;
  readonly classes: number;
  /** Share of the values that are missing, 0 to 1. */
  readonly gaps: number;
}

/** Tables of many rows, of several classes, of missing values, of many columns, and of both of these. */
export const SHAPES: readonly Shape[] = [
  { rows: 80_000, columns: 28, classes: 2, gaps: 0 },
  { rows: 16_000, columns: 100, classes: 10, gaps: 0 },
  { rows: 40_000, columns: 20, classes: 2, gaps: 0.2 },
  { rows: 4_000, columns: 1_000, classes: 2, gaps: 0 },
  { rows: 3_600, columns: 512, classes: 8, gaps: 0 },
];

const UNSEEN = 8_000;

/**
 * Normal columns, and classes whose logits jump, bend and interact in ten of them; the others are noise.
 *
 * @param share of the rows, 0 to 1
 */
export function shapedRows(seed: number, shape: Shape, share = 1): LearningProblem {
  const { columns, classes, gaps } = shape;
  const rows = Math.round(shape.rows * share);
  const draw = random(seed).fork(`boosting ${shape.rows} ${columns} ${classes}`);
  const turn = Array.from({ length: classes }, (_, k) => (2 * Math.PI * k) / classes);
  const part = (count: number) => {
    const values = Float32Array.from({ length: count * columns }, () => draw.normal());
    const labels = new Int32Array(count);
    for (let row = 0; row < count; row++) {
      const own = values.subarray(row * columns, (row + 1) * columns);
      const [a, b, c, d, e, f, g, h, i, j] = own;
      const x = 2 * a + (c > 0.5 ? 2 * b : -b) + 2 * Math.sin(2 * d) + (e > 0 ? 1.5 : -1);
      const y = 2 * f + g * h + (a > 0 ? i : -i) + Math.abs(j) - 0.8;
      // The largest of logits with Gumbel noise is a draw by their softmax.
      const logits = turn.map(
        (angle) => Math.cos(angle) * x + Math.sin(angle) * y - Math.log(-Math.log(draw.uniform())),
      );
      labels[row] = logits.indexOf(Math.max(...logits));
      if (gaps > 0) for (let k = 0; k < columns; k++) if (draw.uniform() < gaps) own[k] = Number.NaN;
    }
    return { values, labels };
  };
  const known = part(rows);
  const unseen = part(Math.round(UNSEEN * share));
  return {
    name: `${rows}-${columns}-${classes}`,
    columns,
    classes,
    train: known.values,
    labels: known.labels,
    test: unseen.values,
    testLabels: unseen.labels,
  };
}
