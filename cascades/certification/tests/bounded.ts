import { bettingPValue, bettingRunPValue, hoeffdingBentkusPValue } from '../../../lib/stats/index.js';
import type { BoundMethod } from '../../types/index.js';
import type { Limit } from '../index.js';
import { among } from './binomial.js';
import type { Test } from './test.js';

/**
 * Independent units in an order chosen without their losses: what each loses under a plan, up to 1, and how much of it
 * (0 … 1) counts. The promise is of the mean of the one over the mean of the other.
 */
export interface Units {
  readonly lost: Float64Array;
  readonly counts: Float64Array;
}

/**
 * A bound for losses of any value. That Σ lost / Σ counts is epsilon or more is that the mean of lost - epsilon counts is
 * 0 or more; with epsilon added the values are within the losses' own bounds again.
 */
export function boundedTest(
  { loss, epsilon }: Limit,
  method: BoundMethod,
  delta: number,
  unit: 'rows' | 'groups',
  unitsOf: (answers: Float64Array) => Units,
): Test {
  const signed = loss === 'accuracy';
  const pValueAt = ({ lost, counts }: Units, limit: number) => {
    const values = lost.map((value, i) => value + limit * (1 - counts[i]));
    return boundedPValue(method, values, limit, delta, signed);
  };
  const name = method === 'betting' ? 'betting bound' : 'Hoeffding-Bentkus bound';
  const rows = among(loss);
  const over = unit === 'rows' ? rows || 'rows' : `groups${rows && `, of ${rows}`}`;
  return {
    method: `${name} on the mean over ${over}${signed ? ', losses scaled from [-1, 1]' : ''}, fixed sequence`,
    pValue: (answers) => pValueAt(unitsOf(answers), epsilon),
    tally(answers) {
      const { lost } = unitsOf(answers);
      return { n: lost.length, lost: lost.reduce((sum, value) => sum + value, 0) };
    },
    upper(answers) {
      const units = unitsOf(answers);
      return leastRejected((limit) => pValueAt(units, limit) <= delta, signed ? -1 : 0);
    },
  };
}

/** @param signed whether values are from -1 on, not from 0 */
export function boundedPValue(
  method: BoundMethod,
  values: Float64Array,
  epsilon: number,
  delta: number,
  signed: boolean,
): number {
  const inside = values.map((value) => scaled(value, signed));
  if (method === 'betting') return bettingPValue(inside, scaled(epsilon, signed), delta);
  const mean = inside.reduce((sum, value) => sum + value, 0) / inside.length;
  return hoeffdingBentkusPValue(mean, inside.length, scaled(epsilon, signed));
}

/** {@link boundedPValue} of n units without a loss; of many units an upper limit, in time logarithmic in n. */
export function losslessPValue(
  method: BoundMethod,
  n: number,
  epsilon: number,
  delta: number,
  signed: boolean,
): number {
  const [none, limit] = [scaled(0, signed), scaled(epsilon, signed)];
  if (method !== 'betting') return hoeffdingBentkusPValue(none, n, limit);
  return bettingRunPValue(none, n, limit, delta);
}

/** In [0, 1], where losses are from -1 on, too. */
function scaled(value: number, signed: boolean): number {
  return Math.min(1, Math.max(0, signed ? (1 + value) / 2 : value));
}

/** By bisection, to the millionth part: p-values fall as the limit grows. */
function leastRejected(isRejected: (limit: number) => boolean, least: number): number {
  let [standing, rejected] = [least, 1];
  while (rejected - standing > 1e-6) {
    const middle = (standing + rejected) / 2;
    if (isRejected(middle)) rejected = middle;
    else standing = middle;
  }
  return rejected;
}
