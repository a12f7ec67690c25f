import { KeyedNumbers } from '../../lib/stats/index.js';
import { textDigest } from '../../lib/util/digest.js';

/** A row by its position, with its keyed number. */
export interface KeyedRow {
  /** What names the part of the rows that it is in, and its position there. */
  readonly partition: string;
  readonly index: number;
  /** The halves of its number. */
  readonly high: number;
  readonly low: number;
}

/**
 * The `count` rows with the lowest numbers, each once, in the order of their numbers. Rows of one number are in the
 * order of their positions.
 *
 * It is a sketch: `lowest([...a, ...b], count)` of sketches a and b is that of all their rows. So merging commutes, is
 * associative, and merging a sketch again changes nothing.
 */
export function lowest(rows: readonly KeyedRow[], count: number): KeyedRow[] {
  const sorted = [...rows].sort(inOrder);
  return sorted.filter((row, i) => i === 0 || inOrder(sorted[i - 1], row) !== 0).slice(0, count);
}

/**
 * Adds rows of one partition to a sample: the `count` rows whose keyed numbers are lowest among all that were offered.
 *
 * Numbers depend on the seed and the rows' positions, never on what rows hold or when they come. To who doesn't know
 * the seed they are independent and uniform (SipHash-2-4, with a key for each partition from SHA-256). Every set of
 * `count` of the offered rows is then equally likely to have the lowest, so the sample is an exact simple random
 * sample without replacement, whatever the order of partitions and rows, and however often one of them is offered.
 * (Two of N rows that share a number at the cut are told apart by position: a chance of less than N / 2^64.)
 *
 * @param rows positions in the partition
 * @param before the sample so far
 * @example
 * const first = drawKeyed('seed', 'a', [0, 1, 2], 2);
 * const both = drawKeyed('seed', 'b', [0, 1, 2], 2, first); // two of the six rows
 */
export function drawKeyed(
  seed: number | string,
  partition: string,
  rows: Iterable<number>,
  count: number,
  before: readonly KeyedRow[] = [],
): KeyedRow[] {
  if (count === 0) return [];
  const numbers = new KeyedNumbers(keyOf(String(seed), partition));
  let kept = lowest(before, count);
  let cut = kept[count - 1]?.high ?? Number.POSITIVE_INFINITY;
  for (const index of rows) {
    numbers.at(index);
    if (numbers.high > cut) continue;
    kept.push({ partition, index, high: numbers.high, low: numbers.low });
    if (kept.length < 2 * count + 64) continue;
    kept = lowest(kept, count);
    cut = kept[count - 1]?.high ?? cut;
  }
  return lowest(kept, count);
}

function inOrder(a: KeyedRow, b: KeyedRow): number {
  const byNumber = a.high - b.high || a.low - b.low;
  if (byNumber !== 0 || a.partition === b.partition) return byNumber || a.index - b.index;
  return a.partition < b.partition ? -1 : 1;
}

/** 16 bytes. Lengths come first, so that no two pairs are spelt alike. */
function keyOf(seed: string, partition: string): Uint8Array {
  const text = `keyed sample ${seed.length}:${seed}${partition.length}:${partition}`;
  const digest = textDigest(text);
  return Uint8Array.from({ length: 16 }, (_, i) => Number.parseInt(digest.slice(2 * i, 2 * i + 2), 16));
}
