import { exp, log } from '../../lib/util/math/index.js';
import type { StageEvidence } from './evidence.js';
import type { Order } from './order.js';

/**
 * A stage's evidence with its losses replaced by the average loss of a row of that class and
 * confidence.
 *
 * Real losses are few and fall at random; thresholds chosen on them sit just short of the last one.
 * The average is a logistic curve in the log-odds of the confidence, one for each class, shrunk
 * towards the curve of all classes if a class has few rows. A curve alone would trust the most
 * confident rows without limit, and some of them are confident for a bad reason (a subject that
 * reads only "Re:"). So a floor is added: the least share of losses, counting half a loss more than
 * were seen, among the class's n most confident rows, for any n that includes the row.
 *
 * @param order the rows of each class that the stage decides, most confident first
 */
export function smoothed(stage: StageEvidence, order: Order): StageEvidence {
  return { ...stage, loss: risksOf(stage, order) };
}

interface Curve {
  readonly intercept: number;
  readonly slope: number;
}

/** The prior of a curve, before any row is seen: losses get rarer as confidence grows. */
const PRIOR: Curve = { intercept: -1, slope: -1 };
const PRIOR_VARIANCE: Curve = { intercept: 4, slope: 0.25 };

/** The smoothed loss of each row; 0 of a row that can't exit. */
function risksOf({ confidence, loss }: StageEvidence, order: Order): Float64Array {
  const logOdds = Float64Array.from(confidence, (p) => {
    const inside = Math.min(1 - 1e-12, Math.max(1e-12, p));
    return log(inside / (1 - inside));
  });
  // The curve is of shares; losses may be any number, as with several together.
  const most = loss.reduce((max, value) => Math.max(max, value), 0) || 1;
  const share = loss.map((value) => value / most);
  const pooled = fitCurve(order, logOdds, share, PRIOR);
  const risks = new Float64Array(loss.length);
  for (const rows of order) {
    const { intercept, slope } = fitCurve([rows], logOdds, share, pooled);
    const floors = floorsOf(rows, confidence, share);
    for (let i = 0; i < rows.length; i++) {
      const mean = 1 / (1 + exp(-intercept - slope * logOdds[rows[i]]));
      risks[rows[i]] = most * Math.min(1, floors[i] + mean);
    }
  }
  return risks;
}

/** @param rows most confident first @returns the floor of each of these */
function floorsOf(rows: Int32Array, confidence: Float64Array, share: Float64Array): Float64Array {
  const floors = new Float64Array(rows.length);
  // Sums first, floors in their place.
  for (let i = 0, sum = 0; i < rows.length; i++) {
    sum += share[rows[i]];
    floors[i] = sum;
  }
  let least = 1;
  for (let i = rows.length - 1; i >= 0; i--) {
    // Tied rows are taken in together.
    const last = i === rows.length - 1 || confidence[rows[i]] !== confidence[rows[i + 1]];
    if (last) least = Math.min(least, (floors[i] + 0.5) / (i + 2));
    floors[i] = least;
  }
  return floors;
}

/** Penalised logistic regression of shares on one variable, by Newton's method with short steps. */
function fitCurve(parts: readonly Int32Array[], x: Float64Array, y: Float64Array, prior: Curve): Curve {
  let { intercept, slope } = prior;
  for (let step = 0; step < 50; step++) {
    let g0 = (intercept - prior.intercept) / PRIOR_VARIANCE.intercept;
    let g1 = (slope - prior.slope) / PRIOR_VARIANCE.slope;
    let h00 = 1 / PRIOR_VARIANCE.intercept;
    let h01 = 0;
    let h11 = 1 / PRIOR_VARIANCE.slope;
    for (const rows of parts) {
      for (let i = 0; i < rows.length; i++) {
        const at = x[rows[i]];
        const p = 1 / (1 + exp(-intercept - slope * at));
        const weight = p * (1 - p);
        const error = p - y[rows[i]];
        g0 += error;
        g1 += error * at;
        h00 += weight;
        h01 += weight * at;
        h11 += weight * at * at;
      }
    }
    const determinant = h00 * h11 - h01 * h01;
    const d0 = (h11 * g0 - h01 * g1) / determinant;
    const d1 = (h00 * g1 - h01 * g0) / determinant;
    const longest = Math.max(1, Math.abs(d0), Math.abs(d1));
    intercept -= d0 / longest;
    slope -= d1 / longest;
    if (Math.abs(d0) + Math.abs(d1) < 1e-10) break;
  }
  return { intercept, slope };
}
