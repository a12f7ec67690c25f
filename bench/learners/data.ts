import { random } from '../../lib/stats/index.js';
import type { LearningProblem } from '../peers/boosting.js';

const COLUMNS = 20;

/**
 * Two classes whose log-odds are smooth, jump and interact in six columns; the other fourteen are
 * noise.
 */
export function generatedRows(seed: number, train: number, test: number): LearningProblem {
  const stream = random(seed).fork('learners');
  const draw = (rows: number) => {
    const values = Float32Array.from({ length: rows * COLUMNS }, () => stream.normal());
    const labels = new Int32Array(rows);
    for (let r = 0; r < rows; r++) {
      const [a, b, c, d, e, f] = values.subarray(r * COLUMNS, r * COLUMNS + 6);
      const logOdds = 3 * a + (c > 0.5 ? 3 * b : -b) + 2 * Math.sin(3 * d) + (e > 0 ? 2 : -1.5) + f;
      labels[r] = Number(stream.uniform() < 1 / (1 + Math.exp(-logOdds)));
    }
    return { values, labels };
  };
  const known = draw(train);
  const unseen = draw(test);
  return {
    name: `generated-${seed}`,
    columns: COLUMNS,
    classes: 2,
    train: known.values,
    labels: known.labels,
    test: unseen.values,
    testLabels: unseen.labels,
  };
}

/** Two thirds to learn from, drawn at random. */
export function digitRows(values: Float32Array, labels: Int32Array, seed: number): LearningProblem {
  const columns = values.length / labels.length;
  const order = Int32Array.from(labels.keys());
  random(seed).fork('digits').shuffle(order);
  const cut = Math.round((2 * order.length) / 3);
  const take = (rows: Int32Array) => {
    const taken = new Float32Array(rows.length * columns);
    rows.forEach((row, i) => {
      taken.set(values.subarray(row * columns, (row + 1) * columns), i * columns);
    });
    return { values: taken, labels: rows.map((row) => labels[row]) };
  };
  const known = take(order.subarray(0, cut));
  const unseen = take(order.subarray(cut));
  return {
    name: `digits-${seed}`,
    columns,
    classes: 10,
    train: known.values,
    labels: known.labels,
    test: unseen.values,
    testLabels: unseen.labels,
  };
}
