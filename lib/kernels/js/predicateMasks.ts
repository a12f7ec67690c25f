import {
  type Block,
  type DenseBlock,
  pickColumns,
  pickEntries,
  type SparseBlock,
} from '../../blocks/index.js';
import type { Forest } from '../forest/index.js';
import { blockBounds, type Coding, firstSetCode, placesOf } from '../quantize/index.js';
import { SLICE } from './bitslicePadded.js';
import { type Buckets, bucketOf, bucketsOf, rankIn } from './buckets.js';

/**
 * What 32 rows answer to all that a forest asks: a word for each question, whose bit `r` says that row `r` goes right.
 *
 * A column has a word for each rank among its thresholds, of the rows whose number has at least that rank, and a set of
 * categories has one. These words are followed by as many where missing values go right, which are written, and to be looked at,
 * only if any is missing.
 */
export class Answers {
  /** The first is 0. */
  readonly words: Int32Array;
  /** Of each node: where its answers are while no value is missing, and at any time. 0 at leaves. */
  readonly known: Int32Array;
  readonly any: Int32Array;
  private readonly buckets: Buckets;
  /** Where each column's words begin, then those of its sets; where the last ones end. */
  private readonly begin: Int32Array;
  private readonly setBegin: Int32Array;
  private readonly end: number;
  /** Of each column: the rows where it is missing. */
  private readonly missing: Int32Array;
  /** Of each column: the rank of 0. */
  private readonly zero: Int32Array;
  /** Where each block's columns begin, among all and among those of the coding; one element more than blocks. */
  private readonly firsts: readonly number[];
  private readonly bounds: readonly number[];
  /** Of each column among those of the coding, or -1. */
  private readonly placeOf: Int32Array;
  /** Of dense columns: {@link SLICE} each. */
  private readonly numbers: Float32Array;
  /** A sparse row's entries. */
  private readonly picked: Float32Array;
  private readonly places: Int32Array;

  constructor(
    { feature, missingLeft, set }: Forest,
    private readonly coding: Coding,
    widths: readonly number[],
  ) {
    const { columns, count, setCount, setSlot, slot, limit } = coding;
    this.buckets = bucketsOf(coding);
    this.begin = new Int32Array(columns.length);
    this.setBegin = new Int32Array(columns.length);
    let end = 1;
    for (let c = 0; c < columns.length; c++) {
      this.begin[c] = end;
      this.setBegin[c] = end + count[c] + 1;
      end = this.setBegin[c] + setCount[c];
    }
    this.end = end;
    this.words = new Int32Array(2 * end);
    this.missing = new Int32Array(columns.length);
    this.zero = Int32Array.from(columns.keys(), (c) => rankIn(this.buckets, c, 0));
    const { firsts, bounds } = blockBounds(columns, widths);
    this.firsts = firsts;
    this.bounds = bounds;
    this.placeOf = placesOf(columns, firsts[widths.length]);
    this.numbers = new Float32Array(SLICE * columns.length);
    this.picked = new Float32Array(columns.length);
    this.places = new Int32Array(columns.length);
    this.known = feature.map((column, node) => {
      if (column === -1) return 0;
      const c = this.placeOf[column];
      if (set[node] !== -1) return this.setBegin[c] + slot[node] - setSlot[c];
      // A limit is one higher where missing values go left.
      return this.begin[c] + limit[node] + 1 - Number(missingLeft[node] === 1);
    });
    this.any = this.known.map((place, node) =>
      place === 0 || set[node] !== -1 || missingLeft[node] === 1 ? place : end + place,
    );
  }

  /**
   * Writes the answers of rows `row` to `row + rows - 1`.
   *
   * @returns whether any of their values is missing
   */
  ask(blocks: readonly Block[], row: number, rows: number): boolean {
    const { words, missing, bounds, firsts, end } = this;
    words.fill(0, 0, end);
    missing.fill(0);
    for (let b = 0; b < blocks.length; b++) {
      const block = blocks[b];
      if (block.kind === 'dense') this.askDense(block, row, rows, bounds[b], bounds[b + 1], firsts[b]);
      else this.askSparse(block, row, rows, bounds[b], bounds[b + 1], firsts[b]);
    }
    return this.gather();
  }

  private askDense(
    block: DenseBlock,
    row: number,
    rows: number,
    begin: number,
    end: number,
    first: number,
  ): void {
    const { coding, numbers } = this;
    for (let i = 0; i < rows; i++) {
      pickColumns(block, row + i, coding.columns, begin, end, first, numbers, i, SLICE);
    }
    for (let c = begin, from = 0; c < end; c++, from += SLICE) {
      this.askColumn(c, from, rows);
      if (coding.setCount[c] === 0) continue;
      for (let i = 0; i < rows; i++) this.askSets(c, numbers[from + i], i);
    }
  }

  /** As rankIn does it, with what the column has in registers, and four rows at a time: each step waits for the one before it. */
  private askColumn(c: number, from: number, rows: number): void {
    const { buckets, numbers, words } = this;
    const { thresholds, before } = buckets;
    const to = this.begin[c];
    const sorted = buckets.begin[c] - 1;
    const half = buckets.half[c];
    const least = buckets.least[c];
    const scale = buckets.scale[c];
    const last = buckets.last[c];
    const first = buckets.first[c];
    let missing = 0;
    for (let i = 0; i < rows; i += 4) {
      const at = (from + i) | 0;
      const n = numbers[at];
      const o = numbers[(at + 1) | 0];
      const p = numbers[(at + 2) | 0];
      const q = numbers[(at + 3) | 0];
      let a = before[(first + bucketOf(n, least, scale, last)) | 0];
      let b = before[(first + bucketOf(o, least, scale, last)) | 0];
      let d = before[(first + bucketOf(p, least, scale, last)) | 0];
      let e = before[(first + bucketOf(q, least, scale, last)) | 0];
      for (let jump = half; jump > 0; jump >>= 1) {
        a = (a + jump * +(thresholds[(sorted + a + jump) | 0] < n)) | 0;
        b = (b + jump * +(thresholds[(sorted + b + jump) | 0] < o)) | 0;
        d = (d + jump * +(thresholds[(sorted + d + jump) | 0] < p)) | 0;
        e = (e + jump * +(thresholds[(sorted + e + jump) | 0] < q)) | 0;
      }
      words[(to + a) | 0] |= 1 << i;
      words[(to + b) | 0] |= 2 << i;
      words[(to + d) | 0] |= 4 << i;
      words[(to + e) | 0] |= 8 << i;
      if (Number.isNaN(n + o + p + q)) missing |= missingOf(n, o, p, q) << i;
    }
    // The last rows may be fewer than four, and their words' other bits anything.
    this.missing[c] = rows < SLICE ? missing & ~(-1 << rows) : missing;
  }

  /** All rows have 0, but where they have entries. */
  private askSparse(
    block: SparseBlock,
    row: number,
    rows: number,
    begin: number,
    end: number,
    first: number,
  ): void {
    const { coding, buckets, words, missing, zero, picked, places } = this;
    for (let c = begin; c < end; c++) {
      words[this.begin[c] + zero[c]] = -1;
      const from = firstSetCode(coding, c, 0);
      for (let s = 0; s < coding.setCount[c]; s++) words[this.setBegin[c] + s] = -coding.setCodes[from + s];
    }
    for (let i = 0; i < rows; i++) {
      const count = pickEntries(block, row + i, this.placeOf, first, places, picked);
      for (let e = 0; e < count; e++) {
        const c = places[e];
        const to = this.begin[c];
        words[to + zero[c]] &= ~(1 << i);
        words[to + rankIn(buckets, c, picked[e])] |= 1 << i;
        if (Number.isNaN(picked[e])) missing[c] |= 1 << i;
        if (coding.setCount[c] > 0) this.askSets(c, picked[e], i);
      }
    }
  }

  private askSets(c: number, number: number, i: number): void {
    const { setCount, setCodes } = this.coding;
    const { words } = this;
    const from = firstSetCode(this.coding, c, number);
    for (let s = 0, at = this.setBegin[c]; s < setCount[c]; s++, at++) {
      words[at] = (words[at] & ~(1 << i)) | (setCodes[from + s] << i);
    }
  }

  /** From the rows that have a rank to those that have at least that. */
  private gather(): boolean {
    const { words, begin, setBegin, missing, end } = this;
    let some = 0;
    for (let c = 0; c < begin.length; c++) {
      let above = 0;
      for (let at = setBegin[c] - 1, to = begin[c]; at >= to; at--) {
        above |= words[at];
        words[at] = above;
      }
      // A node whose threshold is NaN asks only whether there is a number.
      words[begin[c]] = ~missing[c];
      some |= missing[c];
    }
    if (some === 0) return false;
    for (let c = 0; c < begin.length; c++) {
      for (let at = begin[c], to = setBegin[c]; at < to; at++) words[end + at] = words[at] | missing[c];
    }
    return true;
  }
}

/** A bit for each of four numbers that is missing. */
function missingOf(n: number, o: number, p: number, q: number): number {
  return +Number.isNaN(n) | (+Number.isNaN(o) << 1) | (+Number.isNaN(p) << 2) | (+Number.isNaN(q) << 3);
}
