import type { SparseBlock } from './block.js';

/** Builds a sparse block row by row: `push` entries, `endRow` after each row, then `block`. */
export class SparseWriter {
  private readonly offsets: Uint32Array;
  private indices: Uint32Array;
  private values: Float32Array;
  private row = 0;
  private length = 0;

  /** `guess` is how many entries the whole block may hold; more are made room for by doubling. */
  constructor(
    private readonly rows: number,
    private readonly columns: number,
    guess: number,
  ) {
    this.offsets = new Uint32Array(rows + 1);
    this.indices = new Uint32Array(Math.max(16, guess));
    this.values = new Float32Array(Math.max(16, guess));
  }

  push(column: number, value: number): void {
    if (this.length === this.indices.length) this.grow();
    this.indices[this.length] = column;
    this.values[this.length++] = value;
  }

  endRow(): void {
    this.offsets[++this.row] = this.length;
  }

  /** Multiplies the entries pushed since the last `endRow`. */
  scaleRow(factor: number): void {
    for (let e = this.offsets[this.row]; e < this.length; e++) this.values[e] *= factor;
  }

  block(): SparseBlock {
    const { rows, columns, offsets, length } = this;
    return {
      kind: 'sparse',
      rows,
      columns,
      offsets,
      indices: this.indices.subarray(0, length),
      values: this.values.subarray(0, length),
    };
  }

  private grow(): void {
    const indices = new Uint32Array(this.length * 2);
    const values = new Float32Array(this.length * 2);
    indices.set(this.indices);
    values.set(this.values);
    this.indices = indices;
    this.values = values;
  }
}
