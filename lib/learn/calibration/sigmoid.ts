import { exp, log, log1p, square } from '../../util/math/index.js';

/** A curve 1 / (1 + exp(-(slope x + intercept))). */
export interface Sigmoid {
  readonly slope: number;
  readonly intercept: number;
}

/**
 * A step that can lower the loss by no more than this share is the last: rounding would hide its
 * gain.
 */
const LAST = 1e-12;
const ARMIJO = 1e-4;
const SHORTEST_STEP = 2 ** -40;

/**
 * The sigmoid of least log loss for the chance of a hit at x, where hits count as (hits + 1) / (hits + 2) and misses as
 * 1 / (misses + 2): Platt, "Probabilistic outputs for support vector machines", 1999, section 2.2. No curve is then
 * infinitely steep, and the minimum is unique but where x is constant: its slope is then 0. Newton's method with
 * backtracking (Lin, Lin and Weng, "A note on Platt's probabilistic outputs", Machine Learning 68, 2007), on x scaled
 * to mean 0 and variance 1.
 *
 * @param hit 1 or 0 for each x
 */
export function fitSigmoid(x: Float64Array, hit: Uint8Array): Sigmoid {
  const n = x.length;
  const hits = hit.reduce((sum, h) => sum + h, 0);
  const [high, low] = [(hits + 1) / (hits + 2), 1 / (n - hits + 2)];
  const target = Float64Array.from(hit, (h) => (h === 1 ? high : low));
  const { centre, scale } = spread(x);
  const z = x.map((value) => (value - centre) * scale);
  const mean = target.reduce((sum, t) => sum + t, 0) / n;
  let slope = 0;
  let intercept = log(mean / (1 - mean));
  let loss = lossAt(z, target, slope, intercept);
  for (let iteration = 0; iteration < 100; iteration++) {
    let [g0, g1, h00, h01, h11] = [0, 0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const p = 1 / (1 + exp(-(slope * z[i] + intercept)));
      const weight = p * (1 - p);
      g0 += p - target[i];
      g1 += (p - target[i]) * z[i];
      h00 += weight;
      h01 += weight * z[i];
      h11 += weight * z[i] * z[i];
    }
    // Keeps the determinant from vanishing where all rows are saturated, or x is constant.
    h00 += 1e-12;
    h11 += 1e-12;
    const determinant = h00 * h11 - h01 * h01;
    const d0 = (h01 * g1 - h11 * g0) / determinant;
    const d1 = (h01 * g0 - h00 * g1) / determinant;
    const descent = g0 * d0 + g1 * d1;
    const last = -descent <= LAST * loss;
    let size = 1;
    let next = lossAt(z, target, slope + d1, intercept + d0);
    while (!last && !(next <= loss + ARMIJO * size * descent) && size > SHORTEST_STEP) {
      size /= 2;
      next = lossAt(z, target, slope + size * d1, intercept + size * d0);
    }
    if (size <= SHORTEST_STEP) break;
    slope += size * d1;
    intercept += size * d0;
    loss = next;
    if (last) break;
  }
  return { slope: slope * scale, intercept: intercept - slope * scale * centre };
}

function lossAt(z: Float64Array, target: Float64Array, slope: number, intercept: number): number {
  let loss = 0;
  for (let i = 0; i < z.length; i++) {
    const margin = slope * z[i] + intercept;
    loss += log1p(exp(-Math.abs(margin))) + (margin > 0 ? 1 - target[i] : -target[i]) * margin;
  }
  return loss;
}

/** Mean, and 1 / standard deviation: 0 if all are equal, or as good as. */
function spread(x: Float64Array): { centre: number; scale: number } {
  const first = x[0];
  const centre = first + x.reduce((sum, value) => sum + (value - first), 0) / x.length;
  const constant = x.every((value) => value === first);
  const variance = x.reduce((sum, value) => sum + square(value - centre), 0) / x.length;
  return { centre, scale: constant || variance === 0 ? 0 : 1 / Math.sqrt(variance) };
}
