import { ModelError } from '../../../lib/errors.js';
import { toDense, type Values } from '../values.js';

/** Numbers of some rows, in either precision. */
type Numbers = { readonly columns: number; readonly values: ArrayLike<number> } & (
  | { readonly kind: 'dense' }
  | { readonly kind: 'sparse'; readonly offsets: Uint32Array; readonly indices: Uint32Array }
);

/** @throws ModelError for the first number that isn't finite, and that the model doesn't take */
export function refuseIn(path: string, parts: readonly Numbers[], takes: (x: number) => boolean): void {
  let first = 0;
  for (const part of parts) {
    const { values, columns } = part;
    // Of a finite number the difference with itself is 0, of any other it is NaN.
    let rest = 0;
    for (let i = 0; i < values.length; i++) rest += values[i] - values[i];
    for (let i = 0; rest !== 0 && i < values.length; i++) {
      const x = values[i];
      if (Number.isFinite(x) || takes(x)) continue;
      const row =
        part.kind === 'dense' ? Math.floor(i / columns) : part.offsets.findIndex((end) => end > i) - 1;
      const column = first + (part.kind === 'dense' ? i % columns : part.indices[i]);
      const what = Number.isNaN(x) ? 'missing' : 'infinite';
      throw new ModelError(path, `takes no ${what} values, and column ${column} is ${x}`, { row });
    }
    first += columns;
  }
}

/**
 * As scikit-learn's models, refuses rows that have NaN or Infinity. Sums of finite numbers alone are finite, unless
 * they overflow, so numbers are looked at only where a sum isn't.
 *
 * @param sums that a model made of each number of a row
 * @throws ModelError
 */
export function checkSums(path: string, sums: Float64Array, parts: readonly Values[]): void {
  let rest = 0;
  for (let i = 0; i < sums.length; i++) rest += sums[i] - sums[i];
  if (rest === 0) return;
  const numbers = parts.map((part) => (part.kind === 'raw' ? toDense(part) : part));
  refuseIn(path, numbers, () => false);
}
