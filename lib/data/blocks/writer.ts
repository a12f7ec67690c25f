import { type SparseBlock, withExact } from './block.js';

/** Builds a sparse block row by row: `push` entries, or all of a row, `endRow` after each row, then `block`. */
export class SparseWriter {
  private readonly offsets: Uint32Array;
  private indices: Uint32Array;
  private values: Float32Array;
  private exact: Float64Array | undefined;
  private row = 0;
  private length = 0;

  /**
   * @param guess how many entries the whole block may hold; more are made room for by doubling
   * @param isExact whether the block is to have its numbers in double precision as well
   */
  constructor(
    private readonly rows: number,
    private readonly columns: number,
    guess: number,
    isExact = false,
  ) {
    this.offsets = new Uint32Array(rows + 1);
    this.indices = new Uint32Array(Math.max(16, guess));
    this.values = new Float32Array(Math.max(16, guess));
    if (isExact) this.exact = new Float64Array(Math.max(16, guess));
  }

  push(column: number, value: number): void {
    if (this.length === this.indices.length) this.grow();
    this.indices[this.length] = column;
    if (this.exact !== undefined) this.exact[this.length] = value;
    this.values[this.length++] = value;
  }

  endRow(): void {
    this.offsets[++this.row] = this.length;
  }

  /** Pushes `count` entries, their values multiplied by `factor`, in one go: several times as fast as one by one. */
  pushAll(columns: Uint32Array, values: Float64Array, count: number, factor = 1): void {
    while (this.length + count > this.indices.length) this.grow();
    const { indices, values: to, length } = this;
    for (let e = 0; e < count; e++) {
      indices[length + e] = columns[e];
      to[length + e] = values[e] * factor;
    }
    if (this.exact !== undefined) {
      for (let e = 0; e < count; e++) this.exact[length + e] = values[e] * factor;
    }
    this.length += count;
  }

  block(): SparseBlock {
    const { rows, columns, offsets, length } = this;
    const indices = this.indices.subarray(0, length);
    const values = this.values.subarray(0, length);
    const block: SparseBlock = { kind: 'sparse', rows, columns, offsets, indices, values };
    return withExact(block, this.exact?.subarray(0, length));
  }

  private grow(): void {
    const indices = new Uint32Array(this.indices.length * 2);
    const values = new Float32Array(this.indices.length * 2);
    indices.set(this.indices);
    values.set(this.values);
    if (this.exact !== undefined) {
      const exact = new Float64Array(2 * this.exact.length);
      exact.set(this.exact);
      this.exact = exact;
    }
    this.indices = indices;
    this.values = values;
  }
}
