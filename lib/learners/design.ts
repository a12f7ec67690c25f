import { addProduct, addTransposeProduct, type Block, type DenseBlock } from '../blocks/index.js';
import { holdMatrix, type Matrix } from '../matrix/index.js';

/**
 * The blocks of a fit as one matrix, dense columns centred and scaled and a column of ones at its end, without that
 * matrix ever being built. Each dense column is divided by its standard deviation; or, in a block that is scaled as one,
 * all columns by the root of their summed variances, so that rows have the mean square 1 together.
 *
 * Parameters are laid out `parameters[column * outputs + o]`, the intercepts last, as column `columns`. A scaled
 * product is the raw product with scaled weights and a shifted intercept, so blocks are read as they are and the
 * fitted model is a plain linear one (see {@link Design.raw}).
 */
export class Design {
  readonly rows: number;
  readonly columns: number;
  /** Offsets of each block's columns. */
  private readonly first: readonly number[];
  private readonly centre: Float64Array;
  /** What a dense column is multiplied by, 0 for a constant one; 1 for sparse columns. */
  private readonly scale: Float64Array;
  /** The columns of dense blocks, and of each its mean square, scaled. */
  readonly denseColumns: Int32Array;
  private readonly squares: Float64Array;
  /** Dense blocks as they are multiplied. */
  private readonly matrices: readonly (Matrix | undefined)[];
  private readonly scratch: Float64Array;

  constructor(
    private readonly blocks: readonly Block[],
    readonly outputs: number,
  ) {
    this.rows = blocks[0].rows;
    this.first = firstColumns(blocks.map((block) => block.columns));
    this.columns = blocks.reduce((sum, block) => sum + block.columns, 0);
    this.centre = new Float64Array(this.columns);
    this.scale = new Float64Array(this.columns).fill(1);
    this.squares = new Float64Array(this.columns + 1);
    this.squares[this.columns] = 1;
    this.scratch = new Float64Array((this.columns + 1) * outputs);
    blocks.forEach((block, i) => {
      if (block.kind === 'dense') this.scaleColumns(block, this.first[i]);
    });
    const isDense = new Uint8Array(this.columns);
    blocks.forEach((block, i) => {
      if (block.kind === 'dense') isDense.fill(1, this.first[i], this.first[i] + block.columns);
    });
    this.denseColumns = Int32Array.from(isDense.keys()).filter((column) => isDense[column] === 1);
    this.matrices = blocks.map((block) => (block.kind === 'dense' ? holdMatrix(block, outputs) : undefined));
  }

  private scaleColumns(block: DenseBlock, first: number): void {
    const { centre, scale, squares } = this;
    const variances = moments(block, first, centre);
    const total = variances.reduce((sum, variance) => sum + variance, 0);
    variances.forEach((variance, c) => {
      const divisor = block.scaling === 'block' ? total : variance;
      scale[first + c] = variance > 0 ? 1 / Math.sqrt(divisor) : 0;
      squares[first + c] = variance > 0 ? variance / divisor : 0;
    });
  }

  get length(): number {
    return this.scratch.length;
  }

  /** Writes the margins, rows x outputs, that `parameters` give. */
  product(parameters: Float64Array, out: Float64Array): void {
    const { rows, outputs, scratch } = this;
    this.raw(parameters, scratch);
    const intercepts = this.columns * outputs;
    for (let r = 0, i = 0; r < rows; r++) {
      for (let o = 0; o < outputs; o++) out[i++] = scratch[intercepts + o];
    }
    this.blocks.forEach((block, i) => {
      const matrix = this.matrices[i];
      if (matrix) matrix.addProduct(scratch, this.first[i], out);
      else addProduct(block, scratch, this.first[i], outputs, out);
    });
  }

  /** Writes the transposed product: from one number per row and output to one per parameter. */
  transposed(residual: Float64Array, out: Float64Array): void {
    const { rows, columns, outputs, centre, scale } = this;
    const intercepts = columns * outputs;
    out.fill(0);
    this.blocks.forEach((block, i) => {
      const matrix = this.matrices[i];
      if (matrix) matrix.addTransposeProduct(residual, this.first[i], out);
      else addTransposeProduct(block, residual, this.first[i], outputs, out);
    });
    for (let r = 0, i = 0; r < rows; r++) {
      for (let o = 0; o < outputs; o++) out[intercepts + o] += residual[i++];
    }
    for (let c = 0, i = 0; c < columns; c++) {
      for (let o = 0; o < outputs; o++, i++) out[i] = (out[i] - centre[c] * out[intercepts + o]) * scale[c];
    }
  }

  /** The mean square of a column as the fit scales it, 1 of the intercept's; 0 for sparse and constant columns. */
  meanSquare(column: number): number {
    return this.squares[column];
  }

  /** Writes the dense columns of a row side by side, as the fit scales them, times `factor`. */
  denseRow(row: number, factor: number, into: Float32Array, at: number): void {
    const { blocks, first, centre, scale } = this;
    let to = at;
    for (let b = 0; b < blocks.length; b++) {
      const block = blocks[b];
      if (block.kind === 'sparse') continue;
      const { columns, values } = block;
      for (let c = first[b], from = row * columns, end = from + columns; from < end; c++, from++) {
        into[to++] = (values[from] - centre[c]) * scale[c] * factor;
      }
    }
  }

  /** Writes the parameters that give the same margins on the columns as they are, unscaled. */
  raw(parameters: Float64Array, out: Float64Array): void {
    const { columns, outputs, centre, scale } = this;
    const intercepts = columns * outputs;
    for (let o = 0; o < outputs; o++) out[intercepts + o] = parameters[intercepts + o];
    for (let c = 0, i = 0; c < columns; c++) {
      for (let o = 0; o < outputs; o++, i++) {
        out[i] = parameters[i] * scale[c];
        out[intercepts + o] -= out[i] * centre[c];
      }
    }
  }
}

/** Offsets of each block's columns when several blocks are read side by side. */
export function firstColumns(widths: readonly number[]): number[] {
  let at = 0;
  return widths.map((width) => {
    at += width;
    return at - width;
  });
}

/**
 * Writes the mean of each column of a block to `centre`.
 *
 * @returns the variances, exactly 0 for constant columns
 */
function moments(block: DenseBlock, first: number, centre: Float64Array): Float64Array {
  const { rows, columns, values } = block;
  // Sums of differences from the first row: exactly 0 for a constant column, and safe when the mean is large.
  const sums = new Float64Array(columns);
  const squares = new Float64Array(columns);
  for (let r = 0, e = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++, e++) {
      const difference = values[e] - values[c];
      sums[c] += difference;
      squares[c] += difference * difference;
    }
  }
  return sums.map((sum, c) => {
    centre[first + c] = values[c] + sum / rows;
    const variance = (squares[c] - (sum * sum) / rows) / rows;
    return squares[c] > 0 && variance > 0 ? variance : 0;
  });
}
