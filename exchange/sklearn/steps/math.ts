import { atan, cos, exp, expm1, log, log1p, log2, pow, sin, tanh } from '../../../lib/util/math/index.js';
import type { ReadStep } from '../step.js';
import { denseValues, toDense, type Values } from '../values.js';
import { sameColumns } from './columns.js';

/** A function of numpy, number by number. */
export const math: ReadStep = (node) => {
  const columns = sameColumns(node);
  const name = node.parameters.text('function');
  const of = FUNCTIONS.get(name);
  if (of === undefined) throw node.damaged(`the function ${name}, which isn't known`);
  return { columns, run: ([given]) => mapped(given, of) };
};

/** A function of each number. What isn't stored stays 0 where the function keeps 0. */
export function mapped(given: Values, of: (x: number, column: number) => number): Values {
  if (given.kind === 'sparse' && of.length === 1 && of(0, 0) === 0)
    return { ...given, values: given.values.map((x) => of(x, 0)) };
  const { rows, columns, values } = toDense(given);
  const results = new Float64Array(values.length);
  for (let row = 0, i = 0; row < rows; row++)
    for (let c = 0; c < columns; c++, i++) results[i] = of(values[i], c);
  return denseValues(rows, columns, results);
}

const DEGREE = Math.PI / 180;
const MOST = Number.MAX_VALUE;

/** By their names in numpy. */
const FUNCTIONS: ReadonlyMap<string, (x: number) => number> = new Map([
  ['absolute', Math.abs],
  ['arcsinh', arcsinh],
  ['arctan', atan],
  ['cbrt', cubeRoot],
  ['ceil', Math.ceil],
  ['cos', cos],
  ['cosh', (x: number) => (exp(x) + exp(-x)) / 2],
  ['deg2rad', (x: number) => x * DEGREE],
  ['exp', exp],
  ['exp2', (x: number) => pow(2, x)],
  ['expm1', expm1],
  ['floor', Math.floor],
  ['isfinite', (x: number) => Number(Number.isFinite(x))],
  ['isinf', (x: number) => Number(Math.abs(x) === Number.POSITIVE_INFINITY)],
  ['isnan', (x: number) => Number(Number.isNaN(x))],
  ['log', log],
  ['log10', log10],
  ['log1p', log1p],
  ['log2', log2],
  ['nan_to_num', (x: number) => (Number.isNaN(x) ? 0 : Math.max(-MOST, Math.min(MOST, x)))],
  ['negative', (x: number) => -x],
  ['rad2deg', (x: number) => x / DEGREE],
  ['rint', rint],
  ['sign', Math.sign],
  ['sin', sin],
  ['sinh', sinh],
  ['sqrt', Math.sqrt],
  ['square', (x: number) => x * x],
  ['tan', (x: number) => sin(x) / cos(x)],
  ['tanh', tanh],
  ['trunc', Math.trunc],
]);

/** Powers of ten have their whole number. */
function log10(x: number): number {
  const near = log(x) / Math.LN10;
  const whole = Math.round(near);
  return pow(10, whole) === x ? whole : near;
}

/** Cubes have their whole number. */
function cubeRoot(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const near = Math.sign(x) * pow(Math.abs(x), 1 / 3);
  const whole = Math.round(near);
  return whole * whole * whole === x ? whole : near;
}

/** Halves go to the even number. */
function rint(x: number): number {
  const below = Math.floor(x);
  const over = x - below;
  if (over === 0.5) return below % 2 === 0 ? below : below + 1;
  return over < 0.5 ? below : Math.ceil(x);
}

function sinh(x: number): number {
  if (Math.abs(x) > 20) return (exp(x) - exp(-x)) / 2;
  const e = expm1(x);
  return (e + e / (e + 1)) / 2;
}

function arcsinh(x: number): number {
  const size = Math.abs(x);
  if (size > 1e8) return Math.sign(x) * (log(size) + log(2));
  return Math.sign(x) * log1p(size + (size * size) / (1 + Math.sqrt(1 + size * size)));
}
