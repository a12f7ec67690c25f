import type { Label } from 'spillway';
import { random } from '../../lib/stats/index.js';
import type { Split, Variant } from '../fidelities/compare.js';
import type { Size } from '../harness/harness.js';

/**
 * A data set with ways to tune on it: options by hand, and none but the bound. The last is the default. What it needs
 * is there while it is used.
 */
export type Problem = <T>(seed: number, size: Size, use: Use<T>) => Promise<T>;

/** Something that is done with a problem, whatever its rows are. */
export type Use<T> = <Row, L extends Label>(
  variants: readonly Variant<Row, L>[],
  split: Split<Row, L>,
) => Promise<T>;

export const DEFAULT = 'by default';

/** Rows to tune on, and the others. */
export function cut<Row, L>(rows: readonly Row[], labels: readonly L[], known: number): Split<Row, L> {
  return {
    known: { rows: rows.slice(0, known), labels: labels.slice(0, known) },
    unseen: { rows: rows.slice(known), labels: labels.slice(known) },
  };
}

/** Some of the rows, in an order that the seed and the name decide, cut into those to tune on and the others. */
export function drawn<Row, L>(
  { rows, labels }: { readonly rows: readonly Row[]; readonly labels: readonly L[] },
  { seed, name, known, unseen }: { seed: number; name: string; known: number; unseen: number },
): Split<Row, L> {
  const order = Int32Array.from(rows.keys());
  random(seed).fork(`bench defaults ${name}`).shuffle(order);
  const some = order.subarray(0, known + unseen);
  return cut(
    Array.from(some, (row) => rows[row]),
    Array.from(some, (row) => labels[row]),
    known,
  );
}
