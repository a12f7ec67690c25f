const ROUNDING = 1e-13;

/**
 * Isotonic regression: the non-decreasing numbers of least weighted squared distance from `values`, by pooling adjacent
 * violators (Ayer, Brunk, Ewing, Reid and Silverman 1955). The same numbers minimise the log loss where values are
 * shares of hits (Barlow and Brunk 1972).
 *
 * @param values in the order in which the result may not fall
 * @param weights above 0, one for each
 *
 * @example
 * isotonicRegression(Float64Array.of(1, 3, 2, 4), Float64Array.of(1, 1, 1, 1)); // 1, 2.5, 2.5, 4
 */
export function isotonicRegression(values: Float64Array, weights: Float64Array): Float64Array {
  const n = values.length;
  const [means, masses, ends] = [new Float64Array(n), new Float64Array(n), new Int32Array(n)];
  let pools = 0;
  for (let i = 0; i < n; i++) {
    let [mean, mass] = [values[i], weights[i]];
    // Means that only rounding holds apart are one pool.
    while (pools > 0 && means[pools - 1] >= mean - ROUNDING * Math.abs(mean)) {
      pools--;
      const both = masses[pools] + mass;
      mean += (means[pools] - mean) * (masses[pools] / both);
      mass = both;
    }
    means[pools] = mean;
    masses[pools] = mass;
    ends[pools++] = i + 1;
  }
  const fitted = new Float64Array(n);
  for (let pool = 0, from = 0; pool < pools; from = ends[pool++]) fitted.fill(means[pool], from, ends[pool]);
  return fitted;
}
