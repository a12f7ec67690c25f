import { demand, demandCount } from './demand.js';
import { density } from './numbers.js';
import { worldRandom } from './random.js';

/** Numbers for a cheap and a costly dense feature. */
export interface GaussianRow {
  /** `classes` columns. */
  readonly cheap: Float32Array;
  /** `classes` + `noise` columns. */
  readonly costly: Float32Array;
}

/** Options of {@link gaussianWorld}. */
export interface GaussianWorldOptions {
  /** How many, 1 or more. */
  readonly rows: number;
  /** An integer. */
  readonly seed: number;
  /** 2 … 26. Default 2. */
  readonly classes?: number;
  /** Distance of the class means from the origin in the cheap columns, in standard deviations. Default 2. */
  readonly cheapShift?: number;
  /** The same in the costly columns. Default 3. */
  readonly costlyShift?: number;
  /** Columns of `costly` that are pure noise. Default 0. */
  readonly noise?: number;
}

/** Rows and labels of {@link gaussianWorld}, and the least errors that are possible. */
export interface GaussianWorld {
  readonly rows: GaussianRow[];
  /** 'a', 'b', …, all equally likely. */
  readonly labels: string[];
  /** Error of the best possible classifier that sees the cheap columns, the costly ones, or both. */
  readonly bayesError: { readonly cheap: number; readonly costly: number; readonly both: number };
}

/**
 * Gaussian classes with identity covariance: class k has mean `cheapShift` in cheap column k, `costlyShift` in costly
 * column k, and 0 in every other column.
 *
 * The best classifier of one feature answers with its largest class column. It is right when
 * shift + Z₀ exceeds the other K - 1 independent normals: error(shift) = 1 - ∫ φ(z - shift) Φ(z)^(K-1)
 * dz, for two classes Φ(-shift / √2). For both features, the sum cheapShift · cheapₖ + costlyShift
 * · costlyₖ is sufficient, so that its error is that of a single feature with shift √(cheapShift² +
 * costlyShift²). Log-odds are linear in the columns: logistic regression fitted to enough rows
 * reaches each of these errors.
 *
 * Throws `RangeError` for an option out of its range.
 *
 * @example
 * const world = gaussianWorld({ rows: 2_000, seed: 1, classes: 3 });
 * world.bayesError.both; // 0.0102…
 */
export function gaussianWorld(options: GaussianWorldOptions): GaussianWorld {
  const { rows, seed, classes = 2, cheapShift = 2, costlyShift = 3, noise = 0 } = options;
  demandCount('rows', rows);
  demandCount('classes', classes, 2);
  demand(classes <= 26, 'classes', classes, 'at most 26');
  demandCount('noise', noise, 0);
  demand(cheapShift >= 0, 'cheapShift', cheapShift, 'a number of at least 0');
  demand(costlyShift >= 0, 'costlyShift', costlyShift, 'a number of at least 0');

  const source = worldRandom(seed);
  const labels: string[] = [];
  const drawn = Array.from({ length: rows }, (): GaussianRow => {
    const label = source.below(classes);
    labels.push(String.fromCharCode(97 + label));
    const cheap = new Float32Array(classes).map(source.normal);
    const costly = new Float32Array(classes + noise).map(source.normal);
    cheap[label] += cheapShift;
    costly[label] += costlyShift;
    return { cheap, costly };
  });
  return {
    rows: drawn,
    labels,
    bayesError: {
      cheap: errorOf(cheapShift, classes),
      costly: errorOf(costlyShift, classes),
      both: errorOf(Math.hypot(cheapShift, costlyShift), classes),
    },
  };
}

/** The integral above by the midpoint rule, with Φ summed along the way; good to 1e-7. */
function errorOf(shift: number, classes: number): number {
  const step = 1 / 1024;
  let cumulative = 0;
  let right = 0;
  for (let z = -9 + step / 2; z < shift + 9; z += step) {
    const slice = density(z) * step;
    right += density(z - shift) * (cumulative + slice / 2) ** (classes - 1) * step;
    cumulative += slice;
  }
  return 1 - right;
}
