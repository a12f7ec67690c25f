import {
  bettingPValue,
  bettingRunPValue,
  hoeffdingBentkusPValue,
  ratioPValue,
} from '../../../lib/stats/index.js';
import { among, isSigned } from '../../losses/index.js';
import { unitsOn } from './independentUnits.js';
import type { Procedure } from './procedure.js';

/** A bound on the mean of independent values in [0, 1]. */
interface MeanBound {
  readonly name: string;
  /** Of 'the mean is `limit` or more'. */
  pValue(values: Float64Array, limit: number, delta: number): number;
  /** The same of n equal values, in time logarithmic in n; of many an upper limit. */
  equalPValue(value: number, n: number, limit: number, delta: number): number;
}

/** Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting", JRSS B 2024. */
export const betting: Procedure = bounded({
  name: 'betting bound',
  pValue: bettingPValue,
  equalPValue: bettingRunPValue,
});

/** Bates, Angelopoulos, Lei, Malik and Jordan, "Distribution-free, risk-controlling prediction sets", JACM 2021. */
export const hoeffdingBentkus: Procedure = bounded({
  name: 'Hoeffding-Bentkus bound',
  pValue(values, limit) {
    // By hand: certificates that exist were computed with the bits of this sum.
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return hoeffdingBentkusPValue(mean, values.length, limit);
  },
  equalPValue: (value, n, limit) => hoeffdingBentkusPValue(value, n, limit),
});

/**
 * A test of losses of any value. That Σ lost / Σ counts is epsilon or more is that the mean of lost - epsilon counts is
 * 0 or more; with epsilon added the values are within the losses' own bounds again.
 */
function bounded(bound: MeanBound): Procedure {
  return {
    on({ loss, epsilon }, delta, table, random) {
      // From -1 on, not from 0.
      const signed = isSigned(loss);
      const unitsOf = unitsOn(loss, table, random);
      const rows = among(loss);
      const over = table.groups === undefined ? rows || 'rows' : `groups${rows && `, of ${rows}`}`;
      return {
        method: `${bound.name} on the mean over ${over}${signed ? ', losses scaled from [-1, 1]' : ''}, fixed sequence`,
        pValue(answers) {
          const units = unitsOf(answers);
          if (!signed) return ratioPValue(units, epsilon, delta, bound.pValue);
          const values = units.lost.map((value, i) =>
            scaled(value + epsilon * (1 - units.counts[i]), signed),
          );
          return bound.pValue(values, scaled(epsilon, signed), delta);
        },
        total(answers) {
          const { lost } = unitsOf(answers);
          return { n: lost.length, lost: lost.reduce((sum, value) => sum + value, 0) };
        },
      };
    },
    passesLossless({ loss, epsilon }, n, delta) {
      const signed = isSigned(loss);
      return bound.equalPValue(scaled(0, signed), n, scaled(epsilon, signed), delta) <= delta;
    },
  };
}

/** In [0, 1], where losses are from -1 on, too. */
function scaled(value: number, signed: boolean): number {
  return Math.min(1, Math.max(0, signed ? (1 + value) / 2 : value));
}
