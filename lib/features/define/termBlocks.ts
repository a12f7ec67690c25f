import { type SparseBlock, SparseWriter } from '../../data/blocks/index.js';
import { countDistinct } from './text/distinct.js';
import type { Grams } from './text/grams.js';
import { type Weighting, weigh } from './weighting.js';

/** Turns texts into blocks of their terms' values, rows x columns. */
export class TermBlocks {
  private readonly counts: Uint32Array;
  /** Room for the terms of one row. */
  private touched = new Uint32Array(1024);
  private values = new Float64Array(1024);
  /** Entries a row, as seen so far: room for the next batch's block. */
  private usual = 16;

  /**
   * @param grams gives terms the numbers of their columns
   * @param weights by column
   * @param isExact whether blocks have their numbers in double precision as well
   */
  constructor(
    private readonly grams: Grams,
    private readonly weights: Float64Array,
    private readonly weighting: Weighting,
    private readonly isExact = false,
  ) {
    this.counts = new Uint32Array(weights.length);
  }

  get octets(): number {
    const { grams, counts, touched, values } = this;
    return grams.octets + counts.byteLength + touched.byteLength + values.byteLength;
  }

  of(texts: readonly string[]): SparseBlock {
    const { grams, counts, weights, weighting } = this;
    const guess = Math.ceil(texts.length * this.usual * 1.2);
    const writer = new SparseWriter(texts.length, weights.length, guess, this.isExact);
    for (let row = 0; row < texts.length; ) {
      const found = grams.read(texts, row);
      row += found.texts;
      for (let t = 0, begin = 0; t < found.texts; t++) {
        const end = found.ends[t];
        if (this.values.length < end - begin) {
          this.values = new Float64Array(2 * (end - begin));
          this.touched = new Uint32Array(2 * (end - begin));
        }
        const { touched, values } = this;
        const distinct = countDistinct(found.ids, begin, end, counts, touched);
        begin = end;
        const factor = weigh(touched, distinct, counts, weights, weighting, values);
        writer.pushAll(touched, values, distinct, factor);
        writer.endRow();
      }
    }
    const block = writer.block();
    if (block.rows > 0) this.usual = block.values.length / block.rows;
    return block;
  }
}
