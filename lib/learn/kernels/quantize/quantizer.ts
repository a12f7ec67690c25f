import { type Block, pickColumns, pickEntries, type SparseBlock } from '../../../data/blocks/index.js';
import { blockBounds, placesOf, type Quantization, RECORD } from './quantization.js';
import { type CodePlan, writeCodes, writeRank, writeSetCodes } from './ranks.js';
import { LANES } from './words.js';

/**
 * Writes the ranks of columns `begin` to before `end` of a quantization, for up to {@link LANES} rows whose codes begin
 * at `at`. The rows' values are at the front of the quantizer's, {@link LANES} apart from column to column.
 */
export type RankWriter = (begin: number, end: number, rows: number, at: number) => void;

const NONE = new Int32Array(0);

/**
 * Writes the codes of rows of blocks. A sparse row costs time by its entries: the codes of 0 are
 * written in advance.
 */
export class Quantizer {
  /**
   * Offsets of each block's columns, among all columns and among those of the quantization; one
   * element more than blocks.
   */
  private readonly firsts: readonly number[];
  private readonly bounds: readonly number[];
  private readonly quantization: Quantization;
  /** The place of each column in the quantization, or -1. */
  private readonly placeOf: Int32Array;
  private readonly places: Int32Array;
  private readonly entries: Float32Array;
  /** Pairs of a column's place and a row's `at`, for the entries of sparse blocks that were written. */
  private written = new Int32Array(1_024);
  private count = 0;
  /** The code of 0 in each slot. */
  private readonly zero: Int32Array;
  /** Places of columns that have sets. */
  private readonly withSets: readonly number[];
  /** Whether a block's codes are the codes of 0, ready for sparse rows. */
  private readonly isZero: boolean[];

  /**
   * @param widths the number of columns of each block
   * @param values room for the values of dense columns, {@link LANES} for each column of the quantization
   * @param writeRanks writes their ranks; JavaScript does so where it isn't given
   */
  constructor(
    quantization: Quantization,
    widths: readonly number[],
    private readonly plan: CodePlan,
    private readonly values = new Float32Array(LANES * quantization.columns.length),
    private readonly writeRanks: RankWriter = (begin, end, rows, at) => {
      for (let c = begin, from = 0; c < end; c++, from += LANES) {
        for (let i = 0; i < rows; i++) {
          writeRank(quantization, c, values[from + i], plan, at + i * plan.lane);
        }
      }
    },
  ) {
    // What is of nodes isn't read here, and large.
    this.quantization = { ...quantization, slot: NONE, limit: NONE };
    const { columns, setCount, slots } = quantization;
    const { firsts, bounds } = blockBounds(columns, widths);
    this.firsts = firsts;
    this.bounds = bounds;
    this.placeOf = placesOf(columns, firsts[widths.length]);
    this.places = new Int32Array(columns.length);
    this.entries = new Float32Array(columns.length);
    this.withSets = [...columns.keys()].filter((c) => setCount[c] > 0);
    this.isZero = widths.map(() => false);
    this.zero = new Int32Array(slots);
    for (let c = 0; c < columns.length; c++) {
      writeCodes(quantization, c, 0, { codes: this.zero, step: 1, lane: 0 }, 0);
    }
  }

  /** Must be called before rows of these blocks are written. */
  begin(blocks: readonly Block[]): void {
    const { bounds, plan, quantization } = this;
    const group = LANES * quantization.slots;
    for (let b = 0; b < blocks.length; b++) {
      const isSparse = blocks[b].kind === 'sparse';
      if (isSparse && !this.isZero[b]) {
        for (let c = bounds[b]; c < bounds[b + 1]; c++) {
          for (let at = 0; at < plan.codes.length; at += group) {
            for (let i = 0; i < LANES; i++) this.writeZero(c, at + i * plan.lane);
          }
        }
      }
      this.isZero[b] = isSparse;
    }
  }

  /**
   * Writes the codes of rows `row` to `row + rows - 1`, the first {@link LANES} of them at the
   * start of the codes.
   */
  write(blocks: readonly Block[], row: number, rows: number): void {
    const { slots } = this.quantization;
    for (let i = 0; i < rows; i += LANES) {
      this.writeLanes(blocks, row + i, Math.min(LANES, rows - i), i * slots);
    }
  }

  /** Writes the codes of at most {@link LANES} rows from `at` on. */
  private writeLanes(blocks: readonly Block[], row: number, rows: number, at: number): void {
    const { quantization, values, bounds, firsts, plan } = this;
    for (let b = 0; b < blocks.length; b++) {
      const block = blocks[b];
      const [begin, end] = [bounds[b], bounds[b + 1]];
      if (block.kind === 'sparse') {
        for (let i = 0; i < rows; i++) this.writeEntries(block, row + i, firsts[b], at + i * plan.lane);
        continue;
      }
      for (let i = 0; i < rows; i++) {
        pickColumns(block, row + i, quantization.columns, begin, end, firsts[b], values, i, LANES);
      }
      this.writeRanks(begin, end, rows, at);
      this.writeSets(begin, end, rows, at);
    }
  }

  /** Puts the codes of 0 back where {@link write} wrote entries of sparse blocks. */
  clear(): void {
    const { written } = this;
    for (let i = 0; i < this.count; i += 2) this.writeZero(written[i], written[i + 1]);
    this.count = 0;
  }

  private writeSets(begin: number, end: number, rows: number, at: number): void {
    const { quantization, values, withSets, plan } = this;
    for (let s = 0; s < withSets.length; s++) {
      const c = withSets[s];
      if (c < begin || c >= end) continue;
      for (let i = 0; i < rows; i++) {
        writeSetCodes(quantization, c, values[LANES * (c - begin) + i], plan, at + i * plan.lane);
      }
    }
  }

  private writeEntries(block: SparseBlock, row: number, first: number, at: number): void {
    const { places, entries, quantization, plan } = this;
    const count = pickEntries(block, row, this.placeOf, first, places, entries);
    this.makeRoom(2 * count);
    for (let i = 0; i < count; i++) {
      writeCodes(quantization, places[i], entries[i], plan, at);
      this.written[this.count++] = places[i];
      this.written[this.count++] = at;
    }
  }

  private makeRoom(more: number): void {
    if (this.count + more <= this.written.length) return;
    const longer = new Int32Array(2 * (this.count + more));
    longer.set(this.written);
    this.written = longer;
  }

  private writeZero(c: number, at: number): void {
    const { records, setSlot } = this.quantization;
    const record = RECORD * c;
    this.copyZero(records[record + 3], at);
    this.copyZero(records[record + 4], at);
    for (let s = 0; s < records[record + 5]; s++) this.copyZero(setSlot[c] + s, at);
  }

  private copyZero(slot: number, at: number): void {
    const { codes, step } = this.plan;
    codes[at + step * slot] = this.zero[slot];
  }
}
