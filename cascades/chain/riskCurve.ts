import { exp, log } from '../../lib/math/index.js';
import { type StageEvidence, slotOf } from './evidence.js';

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
 */
export function smoothed(stage: StageEvidence, width: number): StageEvidence {
  const risk = riskCurves(stage, width);
  return { ...stage, loss: stage.loss.map((_, row) => risk(row)) };
}

interface Curve {
  readonly intercept: number;
  readonly slope: number;
}

/** The prior of a curve, before any row is seen: losses get rarer as confidence grows. */
const PRIOR: Curve = { intercept: -1, slope: -1 };
const PRIOR_VARIANCE: Curve = { intercept: 4, slope: 0.25 };

function riskCurves(stage: StageEvidence, width: number) {
  const { confidence, loss } = stage;
  const slots = loss.map((_, row) => slotOf(stage, width, row));
  const rowsOf = Array.from({ length: width }, (): number[] => []);
  slots.forEach((slot, row) => {
    if (slot >= 0) rowsOf[slot].push(row);
  });
  const logOdds = Float64Array.from(confidence, (p) => {
    const inside = Math.min(1 - 1e-12, Math.max(1e-12, p));
    return log(inside / (1 - inside));
  });
  // The curve is of shares; losses may be any number, as with several together.
  const most = loss.reduce((max, value) => Math.max(max, value), 0) || 1;
  const share = loss.map((value) => value / most);
  const pooled = fitCurve(rowsOf.flat(), logOdds, share, PRIOR);
  const curves = rowsOf.map((rows) => fitCurve(rows, logOdds, share, pooled));
  const floors = new Float64Array(share.length);
  for (const rows of rowsOf) addFloors(rows, confidence, share, floors);
  return (row: number) => {
    const curve = curves[slots[row]];
    if (curve === undefined) return 0;
    const mean = 1 / (1 + exp(-curve.intercept - curve.slope * logOdds[row]));
    return most * Math.min(1, floors[row] + mean);
  };
}

function addFloors(
  rows: readonly number[],
  confidence: Float64Array,
  share: Float64Array,
  floors: Float64Array,
): void {
  const order = [...rows].sort((a, b) => confidence[b] - confidence[a]);
  const sums = new Float64Array(order.length);
  order.forEach((row, i) => {
    sums[i] = (i === 0 ? 0 : sums[i - 1]) + share[row];
  });
  let least = 1;
  for (let i = order.length - 1; i >= 0; i--) {
    // Tied rows are taken in together.
    const last = i === order.length - 1 || confidence[order[i]] !== confidence[order[i + 1]];
    if (last) least = Math.min(least, (sums[i] + 0.5) / (i + 2));
    floors[order[i]] = least;
  }
}

/** Penalised logistic regression of shares on one variable, by Newton's method with short steps. */
function fitCurve(rows: readonly number[], x: Float64Array, y: Float64Array, prior: Curve): Curve {
  let { intercept, slope } = prior;
  for (let step = 0; step < 50; step++) {
    let g0 = (intercept - prior.intercept) / PRIOR_VARIANCE.intercept;
    let g1 = (slope - prior.slope) / PRIOR_VARIANCE.slope;
    let h00 = 1 / PRIOR_VARIANCE.intercept;
    let h01 = 0;
    let h11 = 1 / PRIOR_VARIANCE.slope;
    for (const row of rows) {
      const p = 1 / (1 + exp(-intercept - slope * x[row]));
      const weight = p * (1 - p);
      g0 += p - y[row];
      g1 += (p - y[row]) * x[row];
      h00 += weight;
      h01 += weight * x[row];
      h11 += weight * x[row] * x[row];
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
