import { exp, log, log1p } from '../../../../util/math/index.js';
import type { BoostingLoss } from './loss.js';

/** Cross-entropy of two classes. `targets` is the probability of class 1, one a row; the margin is its log-odds. */
export function logisticLoss(targets: Float64Array): BoostingLoss {
  return {
    outputs: 1,
    base(rows) {
      let ones = 0;
      for (const row of rows) ones += targets[row];
      return Float64Array.of(log(mass(ones) / mass(rows.length - ones)));
    },
    differentiate(margins, firsts, seconds) {
      for (let row = 0; row < margins.length; row++) {
        const probability = 1 / (1 + exp(-margins[row]));
        firsts[row] = probability - targets[row];
        seconds[row] = probability * (1 - probability);
      }
    },
    mean(margins, rows) {
      let loss = 0;
      for (const row of rows) {
        const margin = margins[row];
        const target = targets[row];
        loss += log1p(exp(-Math.abs(margin)));
        loss += margin > 0 ? (1 - target) * margin : -target * margin;
      }
      return loss / rows.length;
    },
  };
}

/** Cross-entropy of several classes. `targets` is the distribution of each row, rows x classes; one margin a class. */
export function softmaxLoss(targets: Float64Array, classes: number): BoostingLoss {
  const rows = targets.length / classes;
  const seen = new Uint8Array(classes);
  for (let i = 0; i < targets.length; i++) if (targets[i] > 0) seen[i % classes] = 1;
  return {
    outputs: classes,
    base(of) {
      const sums = new Float64Array(classes);
      for (const row of of) for (let k = 0; k < classes; k++) sums[k] += targets[row * classes + k];
      // A class that no row has stays at probability 0.
      const logs = sums.map((sum, k) => (seen[k] === 1 ? log(mass(sum)) : Number.NEGATIVE_INFINITY));
      const finite = logs.filter(Number.isFinite);
      const mean = finite.reduce((sum, log) => sum + log, 0) / finite.length;
      return logs.map((log) => log - mean);
    },
    differentiate(margins, firsts, seconds) {
      for (let row = 0, from = 0; row < rows; row++, from += classes) {
        const top = highest(margins, from, classes);
        let sum = 0;
        // Each power once: they are what takes time here.
        for (let k = 0, to = row; k < classes; k++, to += rows) {
          const power = exp(margins[from + k] - top);
          firsts[to] = power;
          sum += power;
        }
        for (let k = 0, to = row; k < classes; k++, to += rows) {
          const probability = firsts[to] / sum;
          firsts[to] = probability - targets[from + k];
          seconds[to] = probability * (1 - probability);
        }
      }
    },
    mean(margins, of) {
      let loss = 0;
      for (const row of of) {
        const from = row * classes;
        const { top, sum } = partition(margins, from, classes);
        for (let i = from; i < from + classes; i++) {
          if (targets[i] > 0) loss += targets[i] * (top + log(sum) - margins[i]);
        }
      }
      return loss / of.length;
    },
  };
}

/** A class that happens to have no row among those looked at counts as half a row: its log-odds must be finite. */
function mass(rows: number): number {
  return Math.max(rows, 0.5);
}

function partition(margins: Float64Array, from: number, classes: number): { top: number; sum: number } {
  const top = highest(margins, from, classes);
  let sum = 0;
  for (let i = from; i < from + classes; i++) sum += exp(margins[i] - top);
  return { top, sum };
}

function highest(margins: Float64Array, from: number, classes: number): number {
  let top = margins[from];
  for (let i = from + 1; i < from + classes; i++) if (margins[i] > top) top = margins[i];
  return top;
}
