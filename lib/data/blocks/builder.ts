import {
  type Block,
  denseBlock,
  entries,
  exactValues,
  type Scaling,
  type SparseBlock,
  withExact,
} from './block.js';

/** Rows of a sparse block, and where they belong. */
interface Part {
  readonly block: SparseBlock;
  readonly places: Int32Array;
}

/** Makes room for so many bytes, all of them 0. */
type Room = (bytes: number) => ArrayBuffer | SharedArrayBuffer;

/**
 * Puts a block together from batches of its rows, which may come in any order. Dense rows are
 * written where they belong at once, so that they are in memory once; sparse ones are put in order
 * at the end.
 */
export class BlockBuilder {
  private values: Float32Array | undefined;
  private exact: Float64Array | undefined;
  private columns = 0;
  private scaling: Scaling | undefined;
  private readonly parts: Part[] = [];
  /** Whether a batch has doubles: then the whole block has, rounded numbers where a batch has no others. */
  private isExact = false;
  private readonly room: Room;

  /**
   * @param rows of the whole block
   * @param isShared whether the whole block is to lie in memory that threads share
   */
  constructor(
    private readonly rows: number,
    isShared = false,
  ) {
    this.room = isShared ? (bytes) => new SharedArrayBuffer(bytes) : (bytes) => new ArrayBuffer(bytes);
  }

  /** @param places of the batch's rows in the whole block, which are kept; each row of it comes once */
  put(batch: Block, places: Int32Array): void {
    const { columns } = batch;
    this.columns = columns;
    if (batch.kind === 'sparse') {
      this.parts.push({ block: batch, places });
      this.isExact ||= batch.exact !== undefined;
      return;
    }
    this.scaling = batch.scaling;
    this.values ??= new Float32Array(this.room(4 * this.rows * columns));
    for (let i = 0; i < places.length; i++) {
      const from = i * columns;
      const to = places[i] * columns;
      for (let c = 0; c < columns; c++) this.values[to + c] = batch.values[from + c];
    }
    if (batch.exact !== undefined && !this.isExact) {
      this.isExact = true;
      this.exact = new Float64Array(this.room(8 * this.rows * columns));
      this.exact.set(this.values);
    }
    if (this.exact !== undefined) putExact(batch, places, this.exact);
  }

  /** Bytes of the whole block, as far as its rows have come. */
  get bytes(): number {
    const { rows, columns, parts } = this;
    const number = this.isExact ? 12 : 4;
    if (parts.length === 0) return number * rows * columns;
    return 4 * (rows + 1) + (4 + number) * parts.reduce((sum, { block }) => sum + entries(block), 0);
  }

  /** Each row must have come. */
  block(): Block {
    const { rows, columns, values, exact, scaling } = this;
    return values ? withExact(denseBlock(rows, columns, values, scaling), exact) : this.sparse();
  }

  private sparse(): SparseBlock {
    const { rows, columns, parts, room } = this;
    const offsets = new Uint32Array(room(4 * (rows + 1)));
    for (const { block, places } of parts) {
      for (let i = 0; i < places.length; i++)
        offsets[places[i] + 1] = block.offsets[i + 1] - block.offsets[i];
    }
    for (let row = 0; row < rows; row++) offsets[row + 1] += offsets[row];
    const indices = new Uint32Array(room(4 * offsets[rows]));
    const values = new Float32Array(room(4 * offsets[rows]));
    const exact = this.isExact ? new Float64Array(room(8 * offsets[rows])) : undefined;
    for (const { block, places } of parts) {
      for (let i = 0; i < places.length; i++) {
        const end = block.offsets[i + 1];
        for (let e = block.offsets[i], to = offsets[places[i]]; e < end; e++, to++) {
          indices[to] = block.indices[e];
          values[to] = block.values[e];
        }
      }
      if (exact === undefined) continue;
      const numbers = exactValues(block);
      for (let i = 0; i < places.length; i++) {
        exact.set(numbers.subarray(block.offsets[i], block.offsets[i + 1]), offsets[places[i]]);
      }
    }
    return withExact({ kind: 'sparse', rows, columns, offsets, indices, values }, exact);
  }
}

function putExact(batch: Block, places: Int32Array, exact: Float64Array): void {
  const { columns } = batch;
  const numbers = exactValues(batch);
  for (let i = 0; i < places.length; i++) {
    exact.set(numbers.subarray(i * columns, (i + 1) * columns), places[i] * columns);
  }
}
