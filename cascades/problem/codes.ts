import { meant, show } from '../../lib/check.js';
import { DataError } from '../../lib/errors.js';
import type { Label } from '../types/index.js';

/** The labels there are, in order. */
export function distinctLabels<L extends Label>(labels: readonly L[]): readonly L[] {
  return [...new Set(labels)].sort((a, b) => {
    if (typeof a === typeof b) return a < b ? -1 : 1;
    return typeof a < typeof b ? -1 : 1;
  });
}

/**
 * Codes of labels for computing: positions of their classes; regression has none, and uses the
 * values themselves.
 */
export function codesOf<L extends Label>(
  name: string,
  labels: readonly L[],
  classes: readonly L[],
): Float64Array {
  if (classes.length === 0) return Float64Array.from(labels, Number);
  const codes = new Map(classes.map((label, code) => [label, code]));
  return Float64Array.from(labels, (label, row) => {
    const code = codes.get(label);
    if (code === undefined) {
      throw new DataError(
        `${name}: row ${row} is ${show(label)}; the full model knows ${classes.map(show).join(', ')}${meant(label, classes)}`,
      );
    }
    return code;
  });
}
