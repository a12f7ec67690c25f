import { exp, log } from '../../util/math/index.js';

/** The mean of something positive as exp(intercept + slope · x). */
export interface LogLinear {
  readonly intercept: number;
  readonly slope: number;
}

/** Steps that are ever needed are some ten. */
const STEPS = 50;

/**
 * The curve that fits means best by Poisson's quasi-likelihood (McCullagh and Nelder, "Generalized Linear Models",
 * 2nd ed., section 9.2), whatever the spread around them: at its optimum the fitted values sum to the values, as they
 * do weighted by x. Newton's method; a step that takes the likelihood down is halved.
 *
 * Where the values don't rise with x the slope is 1, and the intercept alone is fitted (Duan's smearing, JASA 1983).
 *
 * @param x finite numbers, and `values` at least 0, as many
 *
 * @example
 * fitLogLinear(Float64Array.of(0, 0, 1, 1), Float64Array.of(1, 3, 4, 12)); // slope ln 4, intercept ln 2
 */
export function fitLogLinear(x: Float64Array, values: Float64Array): LogLinear {
  const total = values.reduce((sum, value) => sum + value, 0);
  const smeared = { intercept: log(total / x.reduce((sum, each) => sum + exp(each), 0)), slope: 1 };
  if (!Number.isFinite(smeared.intercept)) return { intercept: 0, slope: 1 };
  let at: LogLinear = smeared;
  for (let step = 0; step < STEPS; step++) {
    let [g0, g1, h00, h01, h11] = [0, 0, 0, 0, 0];
    for (let i = 0; i < x.length; i++) {
      const mean = exp(at.intercept + at.slope * x[i]);
      const left = values[i] - mean;
      g0 += left;
      g1 += left * x[i];
      h00 += mean;
      h01 += mean * x[i];
      h11 += mean * x[i] * x[i];
    }
    const determinant = h00 * h11 - h01 * h01;
    // All x alike: nothing tells a slope.
    if (!(determinant > 1e-12 * h00 * h11)) return smeared;
    const intercept = (h11 * g0 - h01 * g1) / determinant;
    const slope = (h00 * g1 - h01 * g0) / determinant;
    let size = 1;
    const moved = () => ({ intercept: at.intercept + size * intercept, slope: at.slope + size * slope });
    while (size > 1e-6 && !(likelihood(x, values, moved()) >= likelihood(x, values, at))) size /= 2;
    at = moved();
    if (Math.abs(intercept) + Math.abs(slope) < 1e-9) break;
  }
  return at.slope > 0 ? at : smeared;
}

function likelihood(x: Float64Array, values: Float64Array, { intercept, slope }: LogLinear): number {
  return x.reduce((sum, each, i) => {
    const log = intercept + slope * each;
    return sum + values[i] * log - exp(log);
  }, 0);
}
