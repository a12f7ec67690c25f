import { type SparseBlock, SparseWriter } from '../../data/blocks/index.js';
import type { Ascending } from './text/ascending.js';
import { countDistinct } from './text/distinct.js';
import type { Grams } from './text/grams.js';
import { type Weighting, weigh } from './weighting.js';

/** Terms of texts' beginnings, by the text's position and the group of its terms: see {@link Grams.groups}. */
export interface FoundBefore {
  /** How many a text has, or more. */
  most(text: number): number;
  /** Counts those of a group, as `countDistinct` does. */
  count(text: number, group: number, counts: Uint32Array, distinct: Uint32Array, already: number): number;
}

/** Room for the terms of one row. */
class Room {
  touched = new Uint32Array(1024);
  values = new Float64Array(1024);

  /** @param counts by column, 0 between rows */
  constructor(readonly counts: Uint32Array) {}

  reserve(terms: number): void {
    if (this.values.length >= terms) return;
    this.values = new Float64Array(2 * terms);
    this.touched = new Uint32Array(2 * terms);
  }
}

/** Turns texts into blocks of their terms' values, rows x columns. */
export class TermBlocks {
  /** Entries a row, as seen so far: room for the next batch's block. */
  private usual = 16;

  /**
   * @param grams gives terms the numbers of their columns
   * @param weights by column
   * @param exact for blocks that have their numbers in double precision as well, and each row's in the order of its columns
   */
  constructor(
    private readonly grams: Grams,
    private readonly weights: Float64Array,
    private readonly weighting: Weighting,
    private readonly exact?: Ascending,
    private readonly room = new Room(new Uint32Array(weights.length)),
  ) {}

  /** The same for other parts of texts: they share the room, and guess what a row has by themselves. */
  sharing(grams = this.grams): TermBlocks {
    return new TermBlocks(grams, this.weights, this.weighting, this.exact, this.room);
  }

  get octets(): number {
    const { counts, touched, values } = this.room;
    const order = this.exact?.octets ?? 0;
    return this.grams.octets + counts.byteLength + touched.byteLength + values.byteLength + order;
  }

  /** @param before what was found of the texts' beginnings, where these are their ends */
  of(texts: readonly string[], before?: FoundBefore): SparseBlock {
    const { grams, room } = this;
    const { counts } = room;
    const writer = this.writer(texts.length);
    const groups = before === undefined ? 1 : grams.groups;
    for (let row = 0; row < texts.length; ) {
      const found = grams.read(texts, row);
      for (let t = 0, from = 0; t < found.texts; t++, row++) {
        room.reserve(found.ends[t] - from + (before?.most(row) ?? 0));
        const { touched } = room;
        let distinct = 0;
        for (let group = 0; group < groups; group++) {
          if (before !== undefined) distinct = before.count(row, group, counts, touched, distinct);
          const to = group < groups - 1 ? grams.groupEnds[group] : found.ends[t];
          distinct = countDistinct(found.ids, from, to, counts, touched, distinct);
          from = to;
        }
        this.write(writer, distinct);
      }
    }
    return this.ended(writer);
  }

  /** The block of texts of which nothing is left to read. */
  ofFound(rows: number, found: FoundBefore): SparseBlock {
    const { grams, room } = this;
    const writer = this.writer(rows);
    for (let row = 0; row < rows; row++) {
      room.reserve(found.most(row));
      let distinct = 0;
      for (let group = 0; group < grams.groups; group++)
        distinct = found.count(row, group, room.counts, room.touched, distinct);
      this.write(writer, distinct);
    }
    return this.ended(writer);
  }

  private writer(rows: number): SparseWriter {
    const guess = Math.ceil(rows * this.usual * 1.2);
    return new SparseWriter(rows, this.weights.length, guess, this.exact !== undefined);
  }

  private write(writer: SparseWriter, distinct: number): void {
    const { counts, touched, values } = this.room;
    this.exact?.sort(touched, distinct);
    const factor = weigh(touched, distinct, counts, this.weights, this.weighting, values);
    writer.pushAll(touched, values, distinct, factor);
    writer.endRow();
  }

  private ended(writer: SparseWriter): SparseBlock {
    const block = writer.block();
    if (block.rows > 0) this.usual = block.values.length / block.rows;
    return block;
  }
}
