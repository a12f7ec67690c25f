import { expm1, log, log1p } from '../../../lib/util/math/index.js';
import type { ReadStep } from '../step.js';
import { faultAt } from '../values.js';
import { columnNames, sameColumns } from './columns.js';
import { mapped } from './math.js';

/** Below it scikit-learn takes the limit: the logarithm. */
const LEAST = 2 ** -52;

/**
 * Box and Cox's power of each number (An Analysis of Transformations, 1964), or Yeo and Johnson's (A New Family of
 * Power Transformations, 2000), by the column's `lambdas`.
 */
export const power: ReadStep = (node) => {
  const columns = sameColumns(node);
  const lambdas = node.tensor('lambdas', Float64Array, columns);
  if (node.oneOf('method', ['box-cox', 'yeo-johnson']) === 'yeo-johnson')
    return { columns, run: ([given]) => mapped(given, (x, c) => yeoJohnson(x, lambdas[c])) };
  const nameOf = columnNames(node);
  return {
    columns,
    run([given]) {
      const at = given.kind === 'dense' ? given.values.findIndex((x) => x <= 0) : -1;
      if (at !== -1)
        throw faultAt(
          Math.floor(at / columns),
          `${nameOf(at % columns)}: Box and Cox's transformation takes numbers above 0`,
        );
      return mapped(given, (x, c) => boxCox(x, lambdas[c]));
    },
  };
};

function boxCox(x: number, lambda: number): number {
  return Math.abs(lambda) < 1e-19 ? log(x) : expm1(lambda * log(x)) / lambda;
}

function yeoJohnson(x: number, lambda: number): number {
  if (x >= 0) return Math.abs(lambda) < LEAST ? log1p(x) : expm1(lambda * log1p(x)) / lambda;
  const rest = 2 - lambda;
  return Math.abs(rest) < LEAST ? -log1p(-x) : -expm1(rest * log1p(-x)) / rest;
}
