import { exp, expm1, log1p } from '../../../lib/util/math/index.js';
import type { ReadStep } from '../step.js';
import { sameColumns } from './columns.js';
import { mapped } from './math.js';

/** Below it scikit-learn takes the limit: the exponential. */
const LEAST = 2 ** -52;

/** The numbers that `power` made these of: for targets that a model was fitted on after a transformation. */
export const powerInverse: ReadStep = (node) => {
  const columns = sameColumns(node);
  const lambdas = node.tensor('lambdas', Float64Array, columns);
  const isBoxCox = node.oneOf('method', ['box-cox', 'yeo-johnson']) === 'box-cox';
  const of = isBoxCox ? ofBoxCox : ofYeoJohnson;
  return { columns, run: ([given]) => mapped(given, (x, c) => of(x, lambdas[c])) };
};

/** NaN where no number has such a power, as scikit-learn has it. */
function ofBoxCox(x: number, lambda: number): number {
  return lambda === 0 ? exp(x) : exp(log1p(lambda * x) / lambda);
}

function ofYeoJohnson(x: number, lambda: number): number {
  if (x >= 0) return Math.abs(lambda) < LEAST ? expm1(x) : expm1(log1p(lambda * x) / lambda);
  const rest = 2 - lambda;
  return Math.abs(rest) < LEAST ? -expm1(-x) : -expm1(log1p(-rest * x) / rest);
}
