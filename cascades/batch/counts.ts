import { DataError } from '../../lib/errors.js';
import type { LeavingRows } from './walk.js';

/** The rows of a batch, or of a part of it, and where the plans of a path would let them out. Plain data. */
export interface BatchCounts extends LeavingRows {
  readonly rows: number;
}

/** Those of one partition. */
export interface PartitionCounts extends BatchCounts {
  /** What names the partition: the same for the same rows in the same order. */
  readonly partition: string;
}

/** Sums over all partitions that a batch consists of. @throws DataError that names the partitions which are missing */
export function totalCounts(
  partitions: readonly string[],
  counts: ReadonlyMap<string, PartitionCounts>,
): BatchCounts {
  const missing = partitions.filter((partition) => !counts.has(partition));
  if (missing.length > 0) {
    throw new DataError(
      `${missing.length} of ${partitions.length} partitions aren't scored yet: ${missing.slice(0, 5).join(', ')}` +
        `${missing.length > 5 ? ' …' : ''}. A batch is certified as a whole: score them first`,
    );
  }
  const parts = partitions.flatMap((partition) => counts.get(partition) ?? []);
  const sumOf = (of: (part: PartitionCounts) => readonly number[]) =>
    (parts[0] === undefined ? [] : of(parts[0])).map((_, j) =>
      parts.reduce((sum, part) => sum + of(part)[j], 0),
    );
  return {
    rows: parts.reduce((sum, { rows }) => sum + rows, 0),
    leaving: sumOf(({ leaving }) => leaving),
    open: sumOf(({ open }) => open),
  };
}
