import { define, dense } from 'spillway';
import { random } from '../../lib/stats/index.js';

/** The module that threads import: a cheap feature, and a network of some 1.5 ms a row in plain JavaScript. */

const INPUTS = 64;
const CHEAP = 8;
const HIDDEN = 1_024;
const OUTPUTS = 16;

const drawn = random(7);
const weights = (from: number, to: number) =>
  Float32Array.from({ length: from * to }, () => drawn.normal() / Math.sqrt(from));
const layers = [
  { weights: weights(INPUTS, HIDDEN), from: INPUTS, to: HIDDEN },
  { weights: weights(HIDDEN, HIDDEN), from: HIDDEN, to: HIDDEN },
  { weights: weights(HIDDEN, OUTPUTS), from: HIDDEN, to: OUTPUTS },
];

function network(row: Float32Array): Float32Array {
  let values = row;
  for (const { weights, from, to } of layers) {
    const next = new Float32Array(to);
    for (let j = 0; j < to; j++) {
      let sum = 0;
      for (let i = 0; i < from; i++) sum += weights[j * from + i] * values[i];
      next[j] = Math.max(0, sum);
    }
    values = next;
  }
  return values;
}

const joined = (parts: readonly Float32Array[], width: number) => {
  const all = new Float32Array(parts.length * width);
  for (const [i, part] of parts.entries()) all.set(part, i * width);
  return all;
};

export default define({
  cheap: dense(CHEAP, (rows: readonly Float32Array[]) =>
    joined(
      rows.map((row) => row.subarray(0, CHEAP)),
      CHEAP,
    ),
  ),
  network: dense(OUTPUTS, (rows: readonly Float32Array[]) => joined(rows.map(network), OUTPUTS)),
});

/** Rows, and labels that the cheap feature tells for few of them. */
export function networkWorld(count: number, seed: number) {
  const own = random(seed);
  const rows = Array.from({ length: count }, () => Float32Array.from({ length: INPUTS }, () => own.normal()));
  const labels = rows.map((row) => {
    const cheap = row.subarray(0, CHEAP).reduce((sum, value) => sum + value, 0);
    const [first, second] = network(row);
    return cheap + 20 * (first - second) > 0;
  });
  return { rows, labels };
}
