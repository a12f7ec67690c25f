import { type Block, denseBlock } from './block.js';
import { gather, stack } from './gather.js';

/**
 * Puts a block together from batches of its rows, which may come in any order. Dense rows are
 * written where they belong at once, so that they are in memory once; sparse ones are put in order
 * at the end.
 */
export class BlockBuilder {
  private values: Float32Array | undefined;
  private columns = 0;
  private readonly parts: Block[] = [];
  private readonly places: Int32Array;
  private count = 0;

  /** @param rows of the whole block */
  constructor(private readonly rows: number) {
    this.places = new Int32Array(rows);
  }

  /** @param places of the batch's rows in the whole block; each row of it comes once */
  put(batch: Block, places: Int32Array): void {
    if (batch.kind === 'sparse') {
      this.parts.push(batch);
      for (let i = 0; i < places.length; i++) this.places[places[i]] = this.count++;
      return;
    }
    const { columns } = batch;
    this.columns = columns;
    this.values ??= new Float32Array(this.rows * columns);
    for (let i = 0; i < places.length; i++) {
      const from = i * columns;
      const to = places[i] * columns;
      for (let c = 0; c < columns; c++) this.values[to + c] = batch.values[from + c];
    }
  }

  /** Each row must have come. */
  block(): Block {
    if (this.values) return denseBlock(this.rows, this.columns, this.values);
    const whole = stack(this.parts);
    return this.places.every((place, row) => place === row) ? whole : gather(whole, this.places);
  }
}
