import { exp, log1p } from '../../util/math/index.js';

/**
 * Cross-entropy as a function of the margins (rows x outputs, row-major), which a linear model
 * minimizes. `evaluate` comes first; `curve` and `curvature` then refer to the margins that were
 * evaluated last.
 */
export interface MarginLoss {
  readonly outputs: number;
  /** The loss summed over the rows; writes its derivative by each margin into `residual`. */
  evaluate(margins: Float64Array, residual: Float64Array): number;
  /** Replaces a direction in margins by the Hessian times it. */
  curve(direction: Float64Array): void;
  /** The mean over rows of the second derivative by an output's margin. */
  curvature(output: number): number;
  /** The mean over outputs of the second derivatives by a row's margins. */
  rowCurvature(row: number): number;
  /** Of several outputs' softmax: the second derivatives by a row's margins are diag(p) - p p'. */
  probability?(row: number, output: number): number;
}

/** Two classes: one margin, the log-odds of class 1. `targets` is the probability of class 1, one a row. */
export function sigmoidMarginLoss(targets: Float64Array): MarginLoss {
  const rows = targets.length;
  const bend = new Float64Array(rows);
  return {
    outputs: 1,
    evaluate(margins, residual) {
      let loss = 0;
      for (let r = 0; r < rows; r++) {
        const margin = margins[r];
        const small = exp(-Math.abs(margin));
        const minor = small / (1 + small);
        const target = targets[r];
        loss += log1p(small) + (margin > 0 ? (1 - target) * margin : -target * margin);
        residual[r] = margin > 0 ? 1 - target - minor : minor - target;
        bend[r] = minor / (1 + small);
      }
      return loss;
    },
    curve(direction) {
      for (let r = 0; r < rows; r++) direction[r] *= bend[r];
    },
    curvature() {
      let sum = 0;
      for (let r = 0; r < rows; r++) sum += bend[r];
      return sum / rows;
    },
    rowCurvature: (row) => bend[row],
  };
}

/** Several classes: one margin a class. `targets` is the distribution of each row, rows x classes. */
export function softmaxMarginLoss(targets: Float64Array, classes: number): MarginLoss {
  const rows = targets.length / classes;
  const probabilities = new Float64Array(targets.length);
  return {
    outputs: classes,
    evaluate(margins, residual) {
      let loss = 0;
      for (let from = 0; from < targets.length; from += classes) {
        let top = from;
        for (let i = from + 1; i < from + classes; i++) if (margins[i] > margins[top]) top = i;
        let rest = 0;
        for (let i = from; i < from + classes; i++) {
          probabilities[i] = exp(margins[i] - margins[top]);
          if (i !== top) rest += probabilities[i];
        }
        const logSum = log1p(rest);
        for (let i = from; i < from + classes; i++) {
          const target = targets[i];
          // A class without rows is at -Infinity, and 0 * Infinity isn't a number.
          if (target > 0) loss += target * (logSum + margins[top] - margins[i]);
          probabilities[i] /= 1 + rest;
          residual[i] = probabilities[i] - target;
        }
      }
      return loss;
    },
    curve(direction) {
      for (let from = 0; from < targets.length; from += classes) {
        let mean = 0;
        for (let i = from; i < from + classes; i++) mean += probabilities[i] * direction[i];
        for (let i = from; i < from + classes; i++) direction[i] = probabilities[i] * (direction[i] - mean);
      }
    },
    curvature(output) {
      let sum = 0;
      for (let i = output; i < targets.length; i += classes) sum += probabilities[i] * (1 - probabilities[i]);
      return sum / rows;
    },
    rowCurvature(row) {
      let sum = 0;
      for (let i = row * classes; i < (row + 1) * classes; i++)
        sum += probabilities[i] * (1 - probabilities[i]);
      return sum / classes;
    },
    probability: (row, output) => probabilities[row * classes + output],
  };
}
