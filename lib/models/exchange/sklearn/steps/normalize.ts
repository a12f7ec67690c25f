import type { ReadStep } from '../step.js';
import { sameColumns } from './columns.js';

/** A dense row of a smaller norm stays as it is in scikit-learn: ten times what rounding leaves of 1. */
const SMALL = 10 * Number.EPSILON;

/** Rows divided by their norm, where that isn't 0. */
export const normalize: ReadStep = (node) => {
  const columns = sameColumns(node);
  const norm = NORMS[node.oneOf('norm', ['l1', 'l2', 'max'])];
  return {
    columns,
    run([given]) {
      if (given.kind === 'raw') throw node.damaged('it reads values that are no numbers');
      const values = Float64Array.from(given.values);
      for (let row = 0; row < given.rows; row++) {
        const [from, to] =
          given.kind === 'sparse'
            ? [given.offsets[row], given.offsets[row + 1]]
            : [row * columns, (row + 1) * columns];
        const length = norm(values, from, to);
        if (length === 0 || (given.kind === 'dense' && length < SMALL)) continue;
        for (let i = from; i < to; i++) values[i] /= length;
      }
      return { ...given, values };
    },
  };
};

type Norm = (values: Float64Array, from: number, to: number) => number;

const NORMS: Readonly<Record<'l1' | 'l2' | 'max', Norm>> = {
  l1(values, from, to) {
    let sum = 0;
    for (let i = from; i < to; i++) sum += Math.abs(values[i]);
    return sum;
  },
  l2(values, from, to) {
    let sum = 0;
    for (let i = from; i < to; i++) sum += values[i] * values[i];
    return Math.sqrt(sum);
  },
  max(values, from, to) {
    let most = 0;
    for (let i = from; i < to; i++) most = Math.max(most, Math.abs(values[i]));
    return most;
  },
};
