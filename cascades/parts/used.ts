import { OptionError, UsedRows } from '../../lib/errors.js';

/** Digests of all rows that made or tested a cascade. */
export interface Used {
  /** One array a feature, in the order of the fitted ones, one digest a row. */
  readonly digests: readonly Float64Array[];
  /** Features that have become others since some of these rows were used: their numbers no longer tell. */
  readonly stale: readonly string[];
}

/**
 * Refuses fresh rows that were used: equal to one that was in every feature that can still tell.
 *
 * @param fresh digests, one array a feature
 * @param names of the features
 * @throws UsedRows, or OptionError where no feature can tell any more
 */
export function refuseUsed(
  fresh: readonly Float64Array[],
  { digests, stale }: Used,
  names: readonly string[],
): void {
  const telling = names.flatMap((name, f) => (stale.includes(name) ? [] : [f]));
  if (telling.length === 0) {
    throw new OptionError(
      'certify.repeats',
      'every feature has changed since rows were used, so that used ones can’t be told; pass repeats: true if these are new',
    );
  }
  const keysOf = (of: readonly Float64Array[]) =>
    Array.from({ length: of[0].length }, (_, row) => telling.map((f) => of[f][row]).join(' '));
  const known = new Set(keysOf(digests));
  const rows: number[] = [];
  keysOf(fresh).forEach((key, row) => {
    if (known.has(key)) rows.push(row);
  });
  if (rows.length > 0) throw new UsedRows(Int32Array.from(rows), fresh[0].length, stale);
}

export function withUsed(used: Used, fresh: readonly Float64Array[]): Used {
  return { ...used, digests: used.digests.map((digests, f) => both(digests, fresh[f])) };
}

function both(some: Float64Array, others: Float64Array): Float64Array {
  const all = new Float64Array(some.length + others.length);
  all.set(some);
  all.set(others, some.length);
  return all;
}
