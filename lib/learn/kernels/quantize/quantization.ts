import { type Forest, isInSet, SET_WORDS } from '../forest/index.js';

/**
 * A forest's predicates on whole numbers. A row gets a code in each *slot*, and a node goes right exactly where the
 * code of its slot is above its limit. Missing values and categories then cost a kernel nothing.
 *
 * The code of a value is its rank: the number of its column's thresholds below it. A value is at
 * most threshold `k`, counted from 0, exactly if its rank is at most `k`. Ranks are computed on
 * Float32, so that they are exact. Missing values come after all ranks at some nodes and before
 * them at others; each kind has a slot. In a slot for each set of categories the code is 0 where a
 * row goes left, else 1.
 */
export interface Quantization {
  /** Slot 0 belongs to no node: codes that no node reads are written there. */
  readonly slots: number;
  /** No code is higher. */
  readonly highest: number;
  /** The columns that nodes read, ascending; the arrays below have an element for each. */
  readonly columns: Int32Array;
  /** The first of its sets' slots, and the number of consecutive ones. */
  readonly setSlot: Int32Array;
  readonly setCount: Int32Array;
  /**
   * Offset of its codes in `setCodes`: those of category 0 in all its sets, and so on to 255, then
   * of missing values.
   */
  readonly setBegin: Int32Array;
  /** A column's data for ranking a value: {@link RECORD} elements for each. */
  readonly records: Int32Array;
  /** Those of a column are ascending, then NaN up to one less than a power of two. */
  readonly thresholds: Float32Array;
  readonly setCodes: Uint8Array;
  /** For each node of the forest; 0 at leaves. */
  readonly slot: Int32Array;
  readonly limit: Int32Array;
}

/**
 * Elements of a column's record: the offset of its thresholds less one; half of the power of two
 * that they are padded to, the first step of a search, 0 without any; their count plus one; its
 * slots, last and first; the number of its sets.
 */
export const RECORD = 6;

/** As many as a set's bits. */
export const CATEGORIES = 32 * SET_WORDS;

/** The predicates on one column. */
interface ColumnPredicates {
  readonly thresholds: number[];
  /** Nodes by where missing values come, and nodes that have a set. */
  readonly first: number[];
  readonly last: number[];
  readonly sets: number[];
}

export function quantizationOf(forest: Forest): Quantization {
  const { feature, threshold, missingLeft, set, sets } = forest;
  const byColumn = new Map<number, ColumnPredicates>();
  for (let node = 0; node < feature.length; node++) {
    if (feature[node] === -1) continue;
    let own = byColumn.get(feature[node]);
    if (!own) {
      own = { thresholds: [], first: [], last: [], sets: [] };
      byColumn.set(feature[node], own);
    }
    if (set[node] !== -1) own.sets.push(node);
    else {
      (missingLeft[node] === 1 ? own.first : own.last).push(node);
      // No value is at most NaN; a search for it returns -1, its limit.
      if (!Number.isNaN(threshold[node])) own.thresholds.push(threshold[node]);
    }
  }
  const columns = Int32Array.from(byColumn.keys()).sort();
  const ints = () => new Int32Array(columns.length);
  const [setSlot, setCount, setBegin] = [ints(), ints(), ints()];
  const records = new Int32Array(RECORD * columns.length);
  const slot = new Int32Array(feature.length);
  const limit = new Int32Array(feature.length);
  const thresholds: number[] = [];
  const setCodes: number[] = [];
  let slots = 1;
  let highest = 1;
  columns.forEach((column, c) => {
    const own = byColumn.get(column);
    if (!own) return;
    const sorted = Float32Array.from(own.thresholds).sort();
    // Zeros of both signs are one threshold.
    const distinct = sorted.filter((one, i) => i === 0 || one !== sorted[i - 1]);
    const begin = thresholds.length;
    const half = distinct.length === 0 ? 0 : 2 ** (31 - Math.clz32(distinct.length));
    for (let i = 0; i < 2 * half - 1; i++) thresholds.push(distinct[i] ?? Number.NaN);
    highest = Math.max(highest, distinct.length + 1);
    // Where missing values come last; and where they come first, as 0, and every rank is one higher.
    const last = own.last.length > 0 ? slots++ : 0;
    const first = own.first.length > 0 ? slots++ : 0;
    records.set([begin - 1, half, distinct.length + 1, last, first, own.sets.length], RECORD * c);
    for (const node of [...own.last, ...own.first]) {
      const isFirst = missingLeft[node] === 1;
      slot[node] = isFirst ? first : last;
      limit[node] = placeIn(distinct, threshold[node]) + (isFirst ? 1 : 0);
    }
    setSlot[c] = slots;
    setCount[c] = own.sets.length;
    setBegin[c] = setCodes.length;
    if (own.sets.length === 0) return;
    for (const node of own.sets) slot[node] = slots++;
    for (let category = 0; category <= CATEGORIES; category++) {
      for (const node of own.sets) {
        const isLeft = category === CATEGORIES ? missingLeft[node] === 1 : isInSet(sets, set[node], category);
        setCodes.push(isLeft ? 0 : 1);
      }
    }
  });
  return {
    ...{ slots, highest, columns, setSlot, setCount, setBegin, records },
    thresholds: Float32Array.from(thresholds),
    setCodes: Uint8Array.from(setCodes),
    slot,
    limit,
  };
}

/**
 * Offsets of each block's columns, among all columns and among those of the quantization; one
 * element more than blocks.
 */
export function blockBounds(
  columns: Int32Array,
  widths: readonly number[],
): { readonly firsts: readonly number[]; readonly bounds: readonly number[] } {
  const firsts = [0];
  for (const width of widths) firsts.push(firsts[firsts.length - 1] + width);
  const bounds = firsts.map((first) => columns.findLastIndex((column) => column < first) + 1);
  return { firsts, bounds };
}

/** The place of each of `width` columns among these; -1 for one that isn't among them. */
export function placesOf(columns: Int32Array, width: number): Int32Array {
  const places = new Int32Array(width).fill(-1);
  columns.forEach((column, c) => {
    places[column] = c;
  });
  return places;
}

/** Index of a value among ascending ones; -1 if absent. */
function placeIn(sorted: Float32Array, value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] === value) return middle;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
