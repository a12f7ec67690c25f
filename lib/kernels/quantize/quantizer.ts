import { type Block, pickColumns, pickEntries, type SparseBlock } from '../../blocks/index.js';
import { blockBounds, type Coding, placesOf, RECORD } from './coding.js';
import { CODE_SHIFT, LANES } from './padded.js';
import { type CodePlan, firstSetCode, setRank, writeCodes, writeFourRanks, writeSetCodes } from './ranks.js';
import { BESIDE, Search } from './search.js';

/**
 * Writes the ranks of columns `begin` to before `end` of a coding, of one row or {@link LANES}: their
 * numbers are at the front of the coder's, {@link LANES} apart from column to column.
 */
export type Ranker = (begin: number, end: number, rows: number, at: number) => void;

/** Writes the codes of rows of blocks. Sparse ones cost what their entries do: the codes of 0 are there from the start. */
export class Coder {
  /** Where each block's columns begin, among all and among those of the coding; one element more than blocks. */
  private readonly firsts: readonly number[];
  private readonly bounds: readonly number[];
  /** Those of the numbers. */
  private readonly bits: Int32Array;
  /** For rows alone, where nothing else ranks them; made for the first one. */
  private search: Search | undefined;
  /** Of each column among those of the coding, or -1. */
  private readonly placeOf: Int32Array;
  private readonly places: Int32Array;
  private readonly picked: Float32Array;
  /** What was written for entries of sparse blocks: where, and what was there. */
  private changed = new Int32Array(1_024);
  private changes = 0;
  /** The code of 0 in each slot. */
  private readonly zero: Int32Array;
  /** Columns with sets, among those of the coding. */
  private readonly withSets: readonly number[];
  /** Whether all that a block has written are codes of 0. */
  private readonly isZero: boolean[];

  /**
   * @param widths how many columns each block has
   * @param numbers what dense columns' numbers are written to: {@link LANES} for each column of the coding, and room beyond where nothing else ranks them
   * @param rank what ranks those numbers; plain code without
   */
  constructor(
    private readonly coding: Coding,
    widths: readonly number[],
    private readonly plan: CodePlan,
    private readonly numbers = new Float32Array(LANES * (coding.columns.length + BESIDE - 1)),
    private readonly rank?: Ranker,
  ) {
    this.bits = new Int32Array(numbers.buffer, numbers.byteOffset, numbers.length);
    const { columns, setCount } = coding;
    const { firsts, bounds } = blockBounds(columns, widths);
    this.firsts = firsts;
    this.bounds = bounds;
    this.placeOf = placesOf(columns, firsts[widths.length]);
    this.places = new Int32Array(columns.length);
    this.picked = new Float32Array(columns.length);
    this.withSets = [...columns.keys()].filter((c) => setCount[c] > 0);
    this.isZero = widths.map(() => false);
    this.zero = new Int32Array(coding.slots);
    for (let c = 0; c < columns.length; c++) {
      writeCodes(coding, c, 0, { codes: this.zero, step: 1, lane: 0 }, 0);
    }
  }

  /** Must be called before rows of these blocks are written. */
  begin(blocks: readonly Block[]): void {
    const { codes, lane } = this.plan;
    const group = LANES * this.coding.slots;
    for (let b = 0; b < blocks.length; b++) {
      const isSparse = blocks[b].kind === 'sparse';
      if (isSparse && !this.isZero[b]) {
        for (let c = this.bounds[b]; c < this.bounds[b + 1]; c++) {
          for (let at = 0; at < codes.length; at += group) {
            for (let i = 0; i < LANES; i++) writeCodes(this.coding, c, 0, this.plan, at + i * lane);
          }
        }
      }
      this.isZero[b] = isSparse;
    }
  }

  /** Writes the codes of rows `row` to `row + rows - 1`, one or {@link LANES} of them, from `at` on. */
  write(blocks: readonly Block[], row: number, rows: number, at: number): void {
    const { coding, numbers, bounds, firsts } = this;
    const { lane } = this.plan;
    for (let b = 0; b < blocks.length; b++) {
      const block = blocks[b];
      if (block.kind === 'sparse') {
        for (let i = 0; i < rows; i++) this.writeEntries(block, row + i, firsts[b], at + i * lane);
        continue;
      }
      for (let i = 0; i < rows; i++) {
        pickColumns(block, row + i, coding.columns, bounds[b], bounds[b + 1], firsts[b], numbers, i, LANES);
      }
      this.rankNumbers(b, rows, at);
    }
  }

  /** Takes back what {@link write} wrote for entries of sparse blocks. */
  clear(): void {
    const { changed, changes } = this;
    const { codes } = this.plan;
    for (let i = 0; i < changes; i += 2) codes[changed[i]] = changed[i + 1];
    this.changes = 0;
  }

  private writeEntries(block: SparseBlock, row: number, first: number, at: number): void {
    const { places, picked, coding } = this;
    const { thresholds, records } = coding;
    const count = pickEntries(block, row, this.placeOf, first, places, picked);
    for (let i = 0; i < count; i++) {
      const number = picked[i];
      const record = RECORD * places[i];
      const from = records[record];
      let rank = 0;
      for (let jump = records[record + 1]; jump > 0; jump >>= 1) {
        rank += jump * +(thresholds[from + rank + jump] < number);
      }
      const isMissing = Number.isNaN(number);
      this.change(records[record + 3], at, isMissing ? records[record + 2] : rank);
      this.change(records[record + 4], at, isMissing ? 0 : rank + 1);
      if (records[record + 5] > 0) this.changeSets(places[i], number, at);
    }
  }

  private changeSets(c: number, number: number, at: number): void {
    const { setSlot, setCount, setCodes } = this.coding;
    const from = firstSetCode(this.coding, c, number);
    for (let s = 0; s < setCount[c]; s++) this.change(setSlot[c] + s, at, setCodes[from + s]);
  }

  private change(slot: number, at: number, code: number): void {
    if (slot === 0) return;
    if (this.changes + 2 > this.changed.length) {
      const more = new Int32Array(2 * this.changed.length);
      more.set(this.changed);
      this.changed = more;
    }
    const to = at + this.plan.step * slot;
    this.changed[this.changes++] = to;
    this.changed[this.changes++] = this.zero[slot];
    this.plan.codes[to] = code << CODE_SHIFT;
  }

  private rankNumbers(block: number, rows: number, at: number): void {
    const { coding, plan, numbers, withSets, bounds } = this;
    const begin = bounds[block];
    const end = bounds[block + 1];
    if (this.rank) this.rank(begin, end, rows, at);
    else if (rows === 1) {
      this.search ??= new Search(ascending(coding), bounds);
      const ranks = this.search.find(block, this.bits, LANES);
      for (let c = begin, n = 0; c < end; c++, n += LANES) setRank(coding, c, numbers[n], ranks[c], plan, at);
    } else {
      for (let i = 0; i < rows; i += 4) {
        writeFourRanks(coding, begin, end, numbers, i, LANES, plan, at + i * plan.lane);
      }
    }
    for (let s = 0; s < withSets.length; s++) {
      const c = withSets[s];
      if (c < begin || c >= end) continue;
      for (let i = 0; i < rows; i++) {
        writeSetCodes(coding, c, numbers[LANES * (c - begin) + i], plan, at + i * plan.lane);
      }
    }
  }
}

/** Each column's thresholds. */
function ascending({ columns, begin, count, thresholds }: Coding): Float32Array[] {
  return Array.from(columns, (_, c) => thresholds.subarray(begin[c], begin[c] + count[c]));
}
