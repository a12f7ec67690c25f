import { DataError } from '../../errors.js';
import { exp } from '../../util/math/index.js';
import type { ExitScore } from './exitScore.js';
import { signCount, writeSigns } from './uncertaintyFeatures.js';

/** @param weights one for each sign, and the intercept */
export function deferralBy(weights: Float64Array, fitted: number): ExitScore {
  const count = signCount(fitted);
  return {
    kind: 'deferral',
    state: { json: { kind: 'deferral', classes: fitted }, tensors: { weights } },
    score(scores, classes, decided, out) {
      if (classes !== fitted)
        throw new DataError(`exit score 'deferral' was fitted to ${fitted} classes, got ${classes}`);
      const signs = new Float64Array(count);
      for (let row = 0; row < decided.length; row++) {
        let sum = Number.NaN;
        if (writeSigns(scores, row * classes, classes, decided[row], signs)) {
          sum = weights[count];
          for (let s = 0; s < count; s++) sum += weights[s] * signs[s];
        }
        out[row] = 1 / (1 + exp(-sum));
      }
    },
  };
}
