import { TableError } from '../../errors.js';
import { type Chunk, isTime, refusalOf, TABLE } from './chunk.js';
import type { Positions, TableColumn } from './table.js';

/** A column in chunks. */
export class ChunkedColumn implements TableColumn {
  readonly length: number;
  /** Positions of each chunk's first row, and the end of the last. */
  private readonly starts: Int32Array;
  /** The chunk that was read last: the next row is mostly in it. */
  private last = 0;

  constructor(
    readonly name: string,
    readonly type: string,
    private readonly chunks: readonly Chunk[],
  ) {
    this.starts = new Int32Array(chunks.length + 1);
    for (let c = 0; c < chunks.length; c++) this.starts[c + 1] = this.starts[c] + chunks[c].length;
    this.length = this.starts[chunks.length];
  }

  value(row: number): unknown {
    const value = this.content(row);
    if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return value;
    if (value === null || isTime(value)) return value;
    throw new TableError(TABLE, this.name, row, refusalOf(value));
  }

  content(row: number): unknown {
    const c = this.chunkAt(row);
    return this.chunks[c].read(row - this.starts[c]);
  }

  exact(row: number): unknown {
    const c = this.chunkAt(row);
    return this.chunks[c].exact(row - this.starts[c]);
  }

  numbers(
    { rows, isRun }: Positions,
    out: Float32Array | Float64Array,
    offset: number,
    stride: number,
  ): void {
    for (let begin = 0; begin < rows.length; ) {
      const c = this.chunkAt(rows[begin]);
      const first = this.starts[c];
      const past = this.starts[c + 1];
      let end = rows.length;
      if (isRun) end = Math.min(end, begin + past - rows[begin]);
      else if (this.chunks.length > 1) {
        end = begin + 1;
        while (end < rows.length && rows[end] >= first && rows[end] < past) end++;
      }
      this.chunks[c].numbers({ rows, begin, end, first, isRun }, out, offset + begin * stride, stride);
      begin = end;
    }
  }

  private chunkAt(row: number): number {
    const { starts, last } = this;
    if (row >= starts[last] && row < starts[last + 1]) return last;
    let low = 0;
    let high = this.chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= row) low = middle;
      else high = middle - 1;
    }
    this.last = low;
    return low;
  }
}
