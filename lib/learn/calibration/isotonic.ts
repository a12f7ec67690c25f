import { DataError } from '../../errors.js';
import type { State } from '../../util/state.js';
import { type Calibration, type Calibrator, inParts } from './calibrator.js';
import { fittable, isDistribution } from './distributions.js';
import { damagedState, storedClasses, storedNumbers } from './stored.js';

/**
 * Means that differ by less than this share of their size form one pool: the difference is
 * rounding.
 */
const ROUNDING = 1e-13;

/**
 * Isotonic calibration (Zadrozny and Elkan, KDD 2002): the share of hits as a rising function of
 * the score, of any shape. Two classes share one curve, that of class 1. With more classes each has
 * its own curve against all others, and the results are divided by their sum: the likeliest class
 * may change.
 *
 * Pooled rows would all get one score, and the most confident of them couldn't exit before the
 * others. So the curve is drawn straight from the centre of each pool to that of the next (Oron and
 * Flournoy, "Centered isotonic regression", 2017), and on to scores of 0 and 1: it rises strictly.
 * A pool without a hit or a miss counts as 1 / (n + 2) from it, with n rows in all; the ends count
 * as half of that. Where the true map is smooth, this also loses about half as much as steps do on
 * new rows.
 *
 * @example
 * const calibrator = isotonic.fit(heldOutScores, 2, labels);
 * calibrator.apply(scores, 2);
 */
export const isotonic: Calibration = inParts(function* (allScores, classes, allTruth) {
  const { scores, truth } = fittable(allScores, classes, allTruth);
  const curves: Curve[] = [];
  for (const c of curvesOf(classes)) {
    yield;
    const x = Float64Array.from(truth, (_, row) => scores[row * classes + c]);
    const hit = Uint8Array.from(truth, (label) => Number(label === c));
    curves.push(risingCurve(x, hit));
  }
  return rising(curves, classes);
}, loadIsotonic);

/** @throws ArtifactError if the state isn't one of such a calibrator */
export function loadIsotonic(state: State): Calibrator {
  const classes = storedClasses(state, WHAT);
  const { lengths } = state.tensors;
  const count = curvesOf(classes).length;
  if (!(lengths instanceof Uint32Array && lengths.length === count && lengths.every((n) => n > 0)))
    throw damagedState(WHAT, `no lengths of ${count} curves`);
  const total = lengths.reduce((sum, n) => sum + n, 0);
  const [x, y] = ['x', 'y'].map((name) => storedNumbers(state, name, total, WHAT));
  let at = 0;
  const curves = Array.from(lengths, (n) => {
    at += n;
    return { x: x.slice(at - n, at), y: y.slice(at - n, at) };
  });
  return rising(curves, classes);
}

const WHAT = "calibrator 'isotonic'";

/** Straight between its points; x ascending, y strictly so. */
interface Curve {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** The classes that have a curve. */
function curvesOf(classes: number): number[] {
  return classes === 2 ? [1] : Array.from({ length: classes }, (_, c) => c);
}

function rising(curves: readonly Curve[], fitted: number): Calibrator {
  const x = Float64Array.from(curves.flatMap((curve) => [...curve.x]));
  const y = Float64Array.from(curves.flatMap((curve) => [...curve.y]));
  const lengths = Uint32Array.from(curves, (curve) => curve.x.length);
  return {
    kind: 'isotonic',
    state: { json: { kind: 'isotonic', classes: fitted }, tensors: { lengths, x, y } },
    apply(scores, classes) {
      if (classes !== fitted) throw new DataError(`${WHAT} was fitted to ${fitted} classes, got ${classes}`);
      for (let from = 0; from < scores.length; from += classes) {
        if (!isDistribution(scores, from, classes)) scores.fill(Number.NaN, from, from + classes);
        else if (classes === 2) {
          scores[from + 1] = valueAt(curves[0], scores[from + 1]);
          scores[from] = 1 - scores[from + 1];
        } else {
          let sum = 0;
          for (let c = 0; c < classes; c++) {
            scores[from + c] = valueAt(curves[c], scores[from + c]);
            sum += scores[from + c];
          }
          for (let c = 0; c < classes; c++) scores[from + c] /= sum;
        }
      }
    },
  };
}

function risingCurve(scores: Float64Array, hit: Uint8Array): Curve {
  const order = Int32Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b]);
  const [points, shares, counts]: number[][] = [[], [], []];
  for (const row of order) {
    // Rows of one score are one point, or their order would decide.
    const last = points.length - 1;
    if (scores[row] === points[last]) {
      counts[last]++;
      shares[last] += (hit[row] - shares[last]) / counts[last];
    } else {
      points.push(scores[row]);
      shares.push(hit[row]);
      counts.push(1);
    }
  }
  const least = 1 / (scores.length + 2);
  const fitted = isotonicRegression(Float64Array.from(shares), Float64Array.from(counts));
  const [x, y]: number[][] = [[], []];
  for (let from = 0, to = 0; from < points.length; from = to) {
    let [sum, mass] = [0, 0];
    for (; to < points.length && fitted[to] === fitted[from]; to++) {
      sum += counts[to] * points[to];
      mass += counts[to];
    }
    x.push(sum / mass);
    y.push(Math.min(1 - least, Math.max(least, fitted[from])));
  }
  if (x[0] > 0) {
    x.unshift(0);
    y.unshift(least / 2);
  }
  if (x[x.length - 1] < 1) {
    x.push(1);
    y.push(1 - least / 2);
  }
  return { x: Float64Array.from(x), y: Float64Array.from(y) };
}

function valueAt({ x, y }: Curve, score: number): number {
  let [low, high] = [0, x.length - 1];
  if (!(score > x[low])) return y[low];
  if (!(score < x[high])) return y[high];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle] <= score) low = middle;
    else high = middle;
  }
  const along = (score - x[low]) / (x[high] - x[low]);
  return Math.min(y[high], y[low] + along * (y[high] - y[low]));
}

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
