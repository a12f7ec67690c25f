import { DataError } from '../../errors.js';
import { exp, log } from '../../util/math/index.js';
import type { State } from '../../util/state.js';
import { type Calibration, type Calibrator, inParts } from './calibrator.js';
import { fittable, isDistribution, probabilityFloor, softmaxRow } from './distributions.js';
import { storedClasses, storedPositive } from './stored.js';

/** Temperatures from 1 / MOST to MOST: beyond it all classes are alike, or all but one are 0. */
const MOST = 100;

/**
 * Temperature scaling: softmax(ln p / T), with the T that minimizes the log loss (Guo, Pleiss, Sun
 * and Weinberger, "On calibration of modern neural networks", ICML 2017, section 4.2). If scores of
 * 0 occurred, they count as half the smallest other score. The likeliest class never changes, with
 * any number of classes.
 *
 * The fit counts one row more, of average scores and any class, without which a stage that is right on every row would
 * have T = 0 and call everything certain.
 *
 * @example
 * const calibrator = temperature.fit(Float64Array.of(0.1, 0.9, 0.1, 0.9), 2, Int32Array.of(1, 0));
 * calibrator.apply(scores, 2); // about .5 each: it was as often wrong as right
 */
export const temperature: Calibration = inParts(function* (allScores, classes, allTruth) {
  const { scores, truth } = fittable(allScores, classes, allTruth);
  const floor = probabilityFloor(scores, classes);
  const logs = scores.map((p) => log(Math.max(p, floor)));
  return scaled(1 / (yield* inverse(logs, classes, truth)), floor, classes);
}, loadTemperature);

/** @throws ArtifactError if the state isn't one of such a calibrator */
export function loadTemperature(state: State): Calibrator {
  const [value, floor] = ['temperature', 'floor'].map((name) => storedPositive(state, name, WHAT));
  return scaled(value, floor, storedClasses(state, WHAT));
}

const WHAT = "calibrator 'temperature'";

function scaled(value: number, floor: number, fitted: number): Calibrator {
  return {
    kind: 'temperature',
    state: { json: { kind: 'temperature', classes: fitted, temperature: value, floor }, tensors: {} },
    apply(scores, classes) {
      if (classes !== fitted) throw new DataError(`${WHAT} was fitted to ${fitted} classes, got ${classes}`);
      for (let from = 0; from < scores.length; from += classes) {
        if (isDistribution(scores, from, classes)) {
          for (let i = from; i < from + classes; i++) scores[i] = log(Math.max(scores[i], floor)) / value;
          softmaxRow(scores, from, classes);
        } else scores.fill(Number.NaN, from, from + classes);
      }
    },
  };
}

/** 1 / T at the minimum. The loss is convex in it: Newton's method, and bisection where that leaves the bracket. */
function* inverse(logs: Float64Array, classes: number, truth: Int32Array): Generator<void, number, void> {
  let [low, high] = [1 / MOST, MOST];
  if (slopeAt(low, logs, classes, truth).slope >= 0) return low;
  if (slopeAt(high, logs, classes, truth).slope <= 0) return high;
  let beta = 1;
  for (let step = 0; step < 200; step++) {
    yield;
    const { slope, bend } = slopeAt(beta, logs, classes, truth);
    if (slope < 0) low = beta;
    else high = beta;
    const newton = beta - slope / bend;
    const next = newton > low && newton < high ? newton : Math.sqrt(low * high);
    const moved = Math.abs(next - beta);
    beta = next;
    if (moved <= 1e-13 * beta) break;
  }
  return beta;
}

/** The first two derivatives of the log loss by beta, where the classes' logits are beta times `logs`. */
function slopeAt(beta: number, logs: Float64Array, classes: number, truth: Int32Array) {
  const rows = truth.length;
  // The row more spreads over all rows and classes.
  const extra = 1 / rows;
  let slope = 0;
  let bend = 0;
  for (let row = 0, from = 0; row < rows; row++, from += classes) {
    let most = Number.NEGATIVE_INFINITY;
    for (let i = from; i < from + classes; i++) if (logs[i] > most) most = logs[i];
    let [sum, first, second, all] = [0, 0, 0, 0];
    for (let i = from; i < from + classes; i++) {
      const below = logs[i] - most;
      const share = exp(beta * below);
      sum += share;
      first += share * below;
      second += share * below * below;
      all += below;
    }
    const mean = first / sum;
    slope += mean - (logs[from + truth[row]] - most) + extra * (mean - all / classes);
    bend += (1 + extra) * (second / sum - mean * mean);
  }
  return { slope, bend };
}
