/** Multiplications between two calls of `pause`. */
const LONG = 4e6;

/**
 * The Cholesky factor L of a symmetric matrix, L L' = matrix, in place of its lower triangle (Golub and Van Loan,
 * Matrix Computations, 4th ed., section 4.2). What is above the diagonal is neither read nor written.
 *
 * @param matrix size x size, row-major
 * @param pause awaited now and then: it may let other work run, or throw
 * @returns whether the matrix is positive definite, as far as rounding can tell; if not, it is left half done
 */
export async function cholesky(
  matrix: Float64Array,
  size: number,
  pause?: () => Promise<void>,
): Promise<boolean> {
  let work = 0;
  for (let i = 0; i < size; i++) {
    if (!factorRow(matrix, size, i)) return false;
    work += (i * i) / 2;
    if (work < LONG) continue;
    work = 0;
    await pause?.();
  }
  return true;
}

/** Row i of the factor, from the rows above it. Four sums at a time: they don't wait for one another. */
function factorRow(matrix: Float64Array, size: number, i: number): boolean {
  const own = i * size;
  for (let j = 0; j < i; j++) {
    const sum = dot(matrix, own, j * size, j);
    matrix[own + j] = (matrix[own + j] - sum) / matrix[j * size + j];
  }
  const before = matrix[own + i];
  const pivot = before - dot(matrix, own, own, i);
  // Below this it is nothing but rounding.
  if (!(pivot > before * size * Number.EPSILON)) return false;
  matrix[own + i] = Math.sqrt(pivot);
  return true;
}

function dot(matrix: Float64Array, x: number, y: number, length: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let k = 0;
  for (; k + 3 < length; k += 4) {
    a += matrix[x + k] * matrix[y + k];
    b += matrix[x + k + 1] * matrix[y + k + 1];
    c += matrix[x + k + 2] * matrix[y + k + 2];
    d += matrix[x + k + 3] * matrix[y + k + 3];
  }
  for (; k < length; k++) a += matrix[x + k] * matrix[y + k];
  return a + b + (c + d);
}

/**
 * The inverse of a lower triangular matrix without zeros on its diagonal, zeros above its diagonal.
 *
 * @param factor size x size, row-major; only its lower triangle is read
 * @returns size x size, in single precision
 */
export async function invertLower(
  factor: Float64Array,
  size: number,
  pause?: () => Promise<void>,
): Promise<Float32Array> {
  const inverse = new Float64Array(size * size);
  let work = 0;
  for (let i = 0; i < size; i++) {
    invertRow(factor, inverse, size, i);
    work += (i * i) / 2;
    if (work < LONG) continue;
    work = 0;
    await pause?.();
  }
  return Float32Array.from(inverse);
}

/** Row i of the inverse: (the unit vector i - the sum over k < i of L[i, k] x row k) / L[i, i]. */
function invertRow(factor: Float64Array, inverse: Float64Array, size: number, i: number): void {
  const own = i * size;
  let k = 0;
  for (; k + 3 < i; k += 4) {
    const p = factor[own + k];
    const q = factor[own + k + 1];
    const r = factor[own + k + 2];
    const s = factor[own + k + 3];
    const from = k * size;
    for (let j = 0; j < k + 4; j++) {
      const at = from + j;
      inverse[own + j] -=
        p * inverse[at] + q * inverse[at + size] + (r * inverse[at + 2 * size] + s * inverse[at + 3 * size]);
    }
  }
  for (; k < i; k++) {
    const p = factor[own + k];
    for (let j = 0; j <= k; j++) inverse[own + j] -= p * inverse[k * size + j];
  }
  const pivot = factor[own + i];
  inverse[own + i] = 1;
  for (let j = 0; j <= i; j++) inverse[own + j] /= pivot;
}
