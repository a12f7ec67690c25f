import { type Forest, isInSet, SET_WORDS } from '../forest/index.js';

/**
 * What a forest asks of rows, put in whole numbers: a row gets a code in each *slot*, and a node goes right exactly where
 * the code of its slot is above its limit. Missing values and categories then cost a kernel nothing, and no number is
 * ever compared but as the Float32 that it is.
 *
 * A number's code is its rank, how many of its column's thresholds are below it: it is at most threshold `k` of them,
 * counted from 0, exactly where its rank is at most `k`. Missing values come after all ranks or before them, as a node
 * asks; each has a slot. A category's code, in a slot for each set, is 0 where it goes left, else 1.
 */
export interface Coding {
  /** Slot 0 is nobody's: what no node asks for is written there. */
  readonly slots: number;
  /** No code is higher. */
  readonly highest: number;
  /** The columns that nodes ask about, ascending; the arrays below have an element for each. */
  readonly columns: Int32Array;
  /** Where its thresholds begin: ascending, then NaN up to one less than a power of two. */
  readonly begin: Int32Array;
  readonly count: Int32Array;
  /** The slot where missing values come last. */
  readonly last: Int32Array;
  /** The slot where they come first, as 0, and a rank is one more. */
  readonly first: Int32Array;
  /** The first of its sets' slots, and how many follow each other. */
  readonly setSlot: Int32Array;
  readonly setCount: Int32Array;
  /** Where its codes begin in `setCodes`: those of category 0 in all its sets, and so on to 255, then of a missing one. */
  readonly setBegin: Int32Array;
  /** What ranking a number needs of its column, side by side: {@link RECORD} numbers of each. */
  readonly records: Int32Array;
  readonly thresholds: Float32Array;
  readonly setCodes: Uint8Array;
  /** Of each node of the forest; 0 at leaves. */
  readonly slot: Int32Array;
  readonly limit: Int32Array;
}

/**
 * Numbers of a column's record: one less than where its thresholds begin; half of the power of two that they are filled up to, with which a search
 * begins, 0 without any; one more than their count; its slots, last and first; how many sets ask it.
 */
export const RECORD = 6;

/** As many as a set's bits. */
export const CATEGORIES = 32 * SET_WORDS;

/** What the nodes ask of one column. */
interface Asked {
  readonly thresholds: number[];
  readonly first: number[];
  readonly last: number[];
  readonly sets: number[];
}

/** The coding of all that a forest asks. */
export function codingOf(forest: Forest): Coding {
  const { feature, threshold, missingLeft, set, sets } = forest;
  const asked = new Map<number, Asked>();
  for (let node = 0; node < feature.length; node++) {
    if (feature[node] === -1) continue;
    let of = asked.get(feature[node]);
    if (!of) {
      of = { thresholds: [], first: [], last: [], sets: [] };
      asked.set(feature[node], of);
    }
    if (set[node] !== -1) of.sets.push(node);
    else {
      (missingLeft[node] === 1 ? of.first : of.last).push(node);
      // No number is at most NaN; its limit, -1, is what a search for it gives.
      if (!Number.isNaN(threshold[node])) of.thresholds.push(threshold[node]);
    }
  }
  const columns = Int32Array.from(asked.keys()).sort();
  const ints = () => new Int32Array(columns.length);
  const [begin, count, last, first] = [ints(), ints(), ints(), ints()];
  const [setSlot, setCount, setBegin] = [ints(), ints(), ints()];
  const records = new Int32Array(RECORD * columns.length);
  const slot = new Int32Array(feature.length);
  const limit = new Int32Array(feature.length);
  const thresholds: number[] = [];
  const setCodes: number[] = [];
  let slots = 1;
  let highest = 1;
  columns.forEach((column, c) => {
    const of = asked.get(column);
    if (!of) return;
    const sorted = Float32Array.from(of.thresholds).sort();
    // Zeros of both signs are one threshold.
    const distinct = sorted.filter((one, i) => i === 0 || one !== sorted[i - 1]);
    begin[c] = thresholds.length;
    count[c] = distinct.length;
    const half = distinct.length === 0 ? 0 : 2 ** (31 - Math.clz32(distinct.length));
    for (let i = 0; i < 2 * half - 1; i++) thresholds.push(distinct[i] ?? Number.NaN);
    highest = Math.max(highest, distinct.length + 1);
    if (of.last.length > 0) last[c] = slots++;
    if (of.first.length > 0) first[c] = slots++;
    records.set([begin[c] - 1, half, count[c] + 1, last[c], first[c], of.sets.length], RECORD * c);
    for (const node of [...of.last, ...of.first]) {
      const isFirst = missingLeft[node] === 1;
      slot[node] = isFirst ? first[c] : last[c];
      limit[node] = placeIn(distinct, threshold[node]) + (isFirst ? 1 : 0);
    }
    setSlot[c] = slots;
    setCount[c] = of.sets.length;
    setBegin[c] = setCodes.length;
    if (of.sets.length === 0) return;
    for (const node of of.sets) slot[node] = slots++;
    for (let category = 0; category <= CATEGORIES; category++) {
      for (const node of of.sets) {
        const isLeft = category === CATEGORIES ? missingLeft[node] === 1 : isInSet(sets, set[node], category);
        setCodes.push(isLeft ? 0 : 1);
      }
    }
  });
  return {
    ...{ slots, highest, columns, begin, count, last, first, setSlot, setCount, setBegin, records },
    thresholds: Float32Array.from(thresholds),
    setCodes: Uint8Array.from(setCodes),
    slot,
    limit,
  };
}

/** Where each block's columns begin, among all and among the coding's own; one element more than blocks. */
export function blockBounds(
  columns: Int32Array,
  widths: readonly number[],
): { readonly firsts: readonly number[]; readonly bounds: readonly number[] } {
  const firsts = [0];
  for (const width of widths) firsts.push(firsts[firsts.length - 1] + width);
  const bounds = firsts.map((first) => columns.findLastIndex((column) => column < first) + 1);
  return { firsts, bounds };
}

/** Of each of so many columns the number that it has among these; -1 for one that isn't among them. */
export function placesOf(columns: Int32Array, width: number): Int32Array {
  const places = new Int32Array(width).fill(-1);
  columns.forEach((column, c) => {
    places[column] = c;
  });
  return places;
}

/** Where a number is among ascending ones; -1 where it isn't. */
function placeIn(sorted: Float32Array, number: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] === number) return middle;
    if (sorted[middle] < number) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
