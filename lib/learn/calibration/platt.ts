import { DataError } from '../../errors.js';
import { exp, log, log1p } from '../../util/math/index.js';
import type { State } from '../../util/state.js';
import { type Calibration, type Calibrator, inParts } from './calibrator.js';
import { fittable, isDistribution, probabilityFloor, softmaxRow } from './distributions.js';
import { fitSigmoid } from './sigmoid.js';
import { storedClasses, storedNumbers, storedPositive } from './stored.js';

/**
 * Platt scaling: a sigmoid of the log-odds, with Platt's smoothed targets ({@link fitSigmoid}). Two
 * classes share one curve, that of class 1. With more classes each has its own curve against all
 * others, and the results are divided by their sum (Zadrozny and Elkan, KDD 2002, section 5): the
 * likeliest class may change. A curve needn't rise: it inverts a stage that is more often wrong
 * than right. If scores of 0 occurred, they count as half the smallest other score.
 *
 * @example
 * const calibrator = platt.fit(heldOutScores, 2, labels);
 * calibrator.apply(scores, 2);
 */
export const platt: Calibration = inParts(function* (allScores, classes, allTruth) {
  const { scores, truth } = fittable(allScores, classes, allTruth);
  const floor = probabilityFloor(scores, classes);
  for (let from = 0; from < scores.length; from += classes) toLogOdds(scores, from, classes, floor);
  const curves = curvesOf(classes);
  const [slopes, intercepts] = [new Float64Array(curves), new Float64Array(curves)];
  for (let k = 0; k < curves; k++) {
    yield;
    const c = classes === 2 ? 1 : k;
    const x = Float64Array.from(truth, (_, row) => scores[row * classes + c]);
    const { slope, intercept } = fitSigmoid(
      x,
      Uint8Array.from(truth, (label) => Number(label === c)),
    );
    slopes[k] = slope;
    intercepts[k] = intercept;
  }
  return sigmoids(slopes, intercepts, floor, classes);
}, loadPlatt);

/** @throws ArtifactError if the state isn't one of such a calibrator */
export function loadPlatt(state: State): Calibrator {
  const classes = storedClasses(state, WHAT);
  const [slopes, intercepts] = ['slopes', 'intercepts'].map((name) =>
    storedNumbers(state, name, curvesOf(classes), WHAT),
  );
  return sigmoids(slopes, intercepts, storedPositive(state, 'floor', WHAT), classes);
}

const WHAT = "calibrator 'platt'";

function curvesOf(classes: number): number {
  return classes === 2 ? 1 : classes;
}

function sigmoids(slopes: Float64Array, intercepts: Float64Array, floor: number, fitted: number): Calibrator {
  return {
    kind: 'platt',
    state: { json: { kind: 'platt', classes: fitted, floor }, tensors: { slopes, intercepts } },
    apply(scores, classes) {
      if (classes !== fitted) throw new DataError(`${WHAT} was fitted to ${fitted} classes, got ${classes}`);
      for (let from = 0; from < scores.length; from += classes) {
        if (!isDistribution(scores, from, classes)) {
          scores.fill(Number.NaN, from, from + classes);
          continue;
        }
        toLogOdds(scores, from, classes, floor);
        if (classes === 2) {
          scores[from] = 0;
          scores[from + 1] = slopes[0] * scores[from + 1] + intercepts[0];
        } else {
          // By logarithms the sum to divide by can't vanish, however improbable all classes are.
          for (let c = 0; c < classes; c++)
            scores[from + c] = logSigmoid(slopes[c] * scores[from + c] + intercepts[c]);
        }
        softmaxRow(scores, from, classes);
      }
    },
  };
}

function logSigmoid(margin: number): number {
  return Math.min(margin, 0) - log1p(exp(-Math.abs(margin)));
}

/**
 * Replaces a row by the log-odds of each class against all others. The odds of the likeliest use
 * the sum of the others, not 1 less its own, which would lose the digits of a confident row.
 */
function toLogOdds(scores: Float64Array, from: number, classes: number, floor: number): void {
  let top = from;
  for (let i = from + 1; i < from + classes; i++) if (scores[i] > scores[top]) top = i;
  let others = 0;
  for (let i = from; i < from + classes; i++) if (i !== top) others += scores[i];
  const most = scores[top];
  for (let i = from; i < from + classes; i++) {
    const rest = i === top ? others : most + (others - scores[i]);
    scores[i] = log(Math.max(scores[i], floor)) - log(Math.max(rest, floor));
  }
}
