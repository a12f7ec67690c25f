/** Weighted sums of columns, which the steps before them can be folded into. */
export interface LinearForm {
  readonly columns: number;
  readonly sums: number;
  /** columns x sums, row-major. */
  readonly weights: Float64Array;
  readonly intercepts: Float64Array;
  /** How far rounding may move a sum by folding. */
  readonly slack: number;
}

/** What rounding to double precision adds to a number, relative to it, at most. */
const UNIT = 2 ** -53;

/**
 * Sums of columns `x * scale + shift`, as sums of the columns x.
 *
 * Folded, each product `w * scale * x` is as large as `w * shift` where x is near the mean that was taken from it,
 * and what remains of their difference has the rounding errors of both. Errors of a sum of n products are at most
 * (n + 3) units of the sum of their sizes (N. Higham, Accuracy and Stability of Numerical Algorithms, 2002, section
 * 3.1), here once for the products and once for the intercept.
 *
 * @returns undefined where these errors could exceed the form's slack, as by means far larger than their spreads
 */
export function foldAffine(
  form: LinearForm,
  scale: (column: number) => number,
  shift: (column: number) => number,
): LinearForm | undefined {
  const { columns, sums, slack } = form;
  const weights = new Float64Array(form.weights.length);
  const intercepts = form.intercepts.slice();
  const sizes = new Float64Array(sums);
  for (let c = 0, i = 0; c < columns; c++) {
    const [factor, moved] = [scale(c), shift(c)];
    for (let s = 0; s < sums; s++, i++) {
      weights[i] = form.weights[i] * factor;
      intercepts[s] += form.weights[i] * moved;
      sizes[s] += Math.abs(form.weights[i] * moved);
    }
  }
  const error = 2 * (columns + 3) * UNIT * Math.max(...sizes);
  if (!(error <= slack && weights.every(Number.isFinite))) return undefined;
  return { ...form, weights, intercepts, slack: slack - error };
}

/** How many times the weights of a form a folded one may have, or else some thousands. */
const GROWTH = { times: 16, least: 2 ** 13 };

/**
 * Sums of some of `inputs` columns.
 *
 * @returns undefined where that would take many times the form's memory
 */
export function foldSelect(form: LinearForm, chosen: Int32Array, inputs: number): LinearForm | undefined {
  const { sums } = form;
  if (inputs * sums > Math.max(GROWTH.times * form.weights.length, GROWTH.least)) return undefined;
  const weights = new Float64Array(inputs * sums);
  chosen.forEach((column, at) => {
    for (let s = 0; s < sums; s++) weights[column * sums + s] += form.weights[at * sums + s];
  });
  return { ...form, columns: inputs, weights };
}

/**
 * Sums of products with a matrix, as sums of the columns before it. Their errors have the bounds that those of the
 * products had.
 *
 * @param matrix inputs x the form's columns, row-major
 * @returns undefined where that would take more memory and time than the matrix
 */
export function foldMatrix(form: LinearForm, matrix: Float64Array, inputs: number): LinearForm | undefined {
  const { columns, sums } = form;
  if (sums > columns) return undefined;
  const weights = new Float64Array(inputs * sums);
  for (let i = 0; i < inputs; i++) {
    for (let c = 0; c < columns; c++) {
      const factor = matrix[i * columns + c];
      for (let s = 0; s < sums; s++) weights[i * sums + s] += factor * form.weights[c * sums + s];
    }
  }
  return { ...form, columns: inputs, weights };
}
