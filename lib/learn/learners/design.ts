import {
  addProduct,
  addTransposeProduct,
  type Block,
  type DenseBlock,
  entries,
  type SparseBlock,
  stack,
} from '../../data/blocks/index.js';
import { holdMatrix, type Matrix, type RowGram, rowGram } from '../matrix/index.js';

/** A block whose columns have parameters of their own, and where these begin. */
interface Held {
  readonly block: Block;
  readonly first: number;
  /** A dense block as it is multiplied. */
  readonly matrix: Matrix | undefined;
}

/**
 * The blocks of a fit as one matrix, dense columns centred and scaled and a column of ones at its end, without that
 * matrix ever being built. Each dense column is divided by its standard deviation; or, in a block that is scaled as
 * one, all columns by the root of their summed variances, so that rows have the mean square 1 together.
 *
 * The weights of wide sparse blocks X are X' a, for a number `a` a row and output: the minimum has such weights
 * (Kimeldorf and Wahba, J. Math. Anal. Appl. 1971), and so has every step of a fit that begins at 0. Rows are
 * fewer than columns, and the Gram matrix X X' is multiplied in a near cache.
 *
 * A vector of parameters has three parts. First come the weights of the other columns and the intercepts:
 * `parameters[column * outputs + o]`, the intercepts as column `columns`, `own` numbers. Then, where blocks are wide,
 * `a`, and last X X' a, the margins by the wide blocks: rows x outputs each. All three are linear, so sums of vectors
 * need no products, and nor do inner products of weights: (X' a)'(X' b) = a'(X X' b).
 *
 * A scaled product is the raw product with scaled weights and a shifted intercept, so blocks are read as they are and
 * the fitted model is a plain linear one (see {@link Design.unscaled}).
 */
export class Design {
  readonly rows: number;
  /** Columns that have parameters of their own. */
  readonly columns: number;
  /** Numbers of a vector of parameters. */
  readonly length: number;
  /** Those of the columns' own parameters and the intercepts. */
  private readonly own: number;
  private readonly held: readonly Held[];
  private readonly wide: RowGram | undefined;
  private readonly centre: Float64Array;
  /** What a dense column is multiplied by, 0 for a constant one; 1 for sparse columns. */
  private readonly scale: Float64Array;
  /** The columns of dense blocks, and of each its mean square, scaled. */
  readonly denseColumns: Int32Array;
  private readonly squares: Float64Array;
  /** Whether some columns are sparse. */
  readonly hasSparse: boolean;
  /** Multiplications of one product: those with the rows of wide blocks go through their columns and back. */
  readonly terms: number;
  private readonly scratch: Float64Array;

  /** @param isWide whether sparse blocks are taken for wide. @defaultValue by their columns and entries */
  constructor(
    private readonly blocks: readonly Block[],
    readonly outputs: number,
    private readonly isWide = areWide(blocks, outputs),
  ) {
    this.rows = blocks[0].rows;
    const held = blocks.filter((block) => block.kind === 'dense' || !isWide);
    const first = firstColumns(held.map((block) => block.columns));
    this.columns = held.reduce((sum, block) => sum + block.columns, 0);
    this.own = (this.columns + 1) * outputs;
    this.length = this.own + (isWide ? 2 * this.rows * outputs : 0);
    this.centre = new Float64Array(this.columns);
    this.scale = new Float64Array(this.columns).fill(1);
    this.squares = new Float64Array(this.columns + 1);
    this.squares[this.columns] = 1;
    this.scratch = new Float64Array(this.own);
    const isDense = new Uint8Array(this.columns);
    held.forEach((block, i) => {
      if (block.kind === 'sparse') return;
      this.scaleColumns(block, first[i]);
      isDense.fill(1, first[i], first[i] + block.columns);
    });
    this.denseColumns = Int32Array.from(isDense.keys()).filter((column) => isDense[column] === 1);
    this.held = held.map((block, i) => ({
      block,
      first: first[i],
      matrix: block.kind === 'dense' ? holdMatrix(block, outputs) : undefined,
    }));
    const sparse = blocks.filter(isSparse);
    this.hasSparse = sparse.length > 0;
    const sum = (some: readonly Block[]) => some.reduce((total, block) => total + entries(block), 0);
    this.terms = outputs * (sum(blocks) + (isWide ? sum(sparse) : 0));
    this.wide = isWide ? rowGram(sparse, outputs) : undefined;
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

  /** Writes the margins, rows x outputs, that `parameters` give. */
  product(parameters: Float64Array, out: Float64Array): void {
    const { rows, outputs, scratch } = this;
    this.unscale(parameters, scratch);
    const intercepts = this.columns * outputs;
    for (let r = 0, i = 0; r < rows; r++) {
      for (let o = 0; o < outputs; o++) out[i++] = scratch[intercepts + o];
    }
    for (const { block, first, matrix } of this.held) {
      if (matrix) matrix.addProduct(scratch, first, out);
      else addProduct(block, scratch, first, outputs, out);
    }
    if (!this.isWide) return;
    for (let i = 0, from = this.length - out.length; i < out.length; i++) out[i] += parameters[from + i];
  }

  /** Writes the transposed product: from one number per row and output to one per parameter. */
  transposed(residual: Float64Array, out: Float64Array): void {
    const { rows, columns, outputs, centre, scale } = this;
    const intercepts = columns * outputs;
    out.fill(0, 0, this.own);
    for (const { block, first, matrix } of this.held) {
      if (matrix) matrix.addTransposeProduct(residual, first, out);
      else addTransposeProduct(block, residual, first, outputs, out);
    }
    for (let r = 0, i = 0; r < rows; r++) {
      for (let o = 0; o < outputs; o++) out[intercepts + o] += residual[i++];
    }
    for (let c = 0, i = 0; c < columns; c++) {
      for (let o = 0; o < outputs; o++, i++) out[i] = (out[i] - centre[c] * out[intercepts + o]) * scale[c];
    }
    if (this.wide === undefined) return;
    out.set(residual, this.own);
    this.wide.multiply(residual, out.subarray(this.own + residual.length));
  }

  /** Adds the gradient of l2 / 2 times the squared weights at `parameters`. */
  addPenalty(l2: number, parameters: Float64Array, gradient: Float64Array): void {
    const { own, length } = this;
    for (let i = 0, end = this.columns * this.outputs; i < end; i++) gradient[i] += l2 * parameters[i];
    for (let i = own; i < length; i++) gradient[i] += l2 * parameters[i];
  }

  /** The inner product of two vectors' weights. */
  inner(a: Float64Array, b: Float64Array): number {
    return this.sum(a, b, this.columns * this.outputs);
  }

  /** The same, of weights and intercepts. */
  innerWithIntercepts(a: Float64Array, b: Float64Array): number {
    return this.sum(a, b, this.own);
  }

  private sum(a: Float64Array, b: Float64Array, count: number): number {
    const { own, length } = this;
    let sum = 0;
    for (let i = 0; i < count; i++) sum += a[i] * b[i];
    const margins = (length - own) / 2;
    for (let i = own, end = own + margins; i < end; i++) sum += a[i] * b[i + margins];
    return sum;
  }

  /** The mean square of a column as the fit scales it, 1 of the intercept's; 0 for sparse and constant columns. */
  meanSquare(column: number): number {
    return this.squares[column];
  }

  /** Writes the dense columns of a row side by side, as the fit scales them, times `factor`. */
  denseRow(row: number, factor: number, into: Float32Array, at: number): void {
    const { held, centre, scale } = this;
    let to = at;
    for (let b = 0; b < held.length; b++) {
      const { block, first } = held[b];
      if (block.kind === 'sparse') continue;
      const { columns, values } = block;
      for (let c = first, from = row * columns, end = from + columns; from < end; c++, from++) {
        into[to++] = (values[from] - centre[c]) * scale[c] * factor;
      }
    }
  }

  /** The weights of all blocks' columns, and the intercepts, that give the same margins on blocks as they are. */
  unscaled(parameters: Float64Array): { readonly weights: Float64Array; readonly intercepts: Float64Array } {
    const { blocks, outputs, scratch } = this;
    this.unscale(parameters, scratch);
    const weights = new Float64Array(outputs * blocks.reduce((sum, block) => sum + block.columns, 0));
    const dual = parameters.subarray(this.own, (this.own + this.length) / 2);
    let from = 0;
    let to = 0;
    for (const block of blocks) {
      const count = block.columns * outputs;
      if (block.kind === 'sparse' && this.isWide) {
        addTransposeProduct(block, dual, to / outputs, outputs, weights);
      } else {
        weights.set(scratch.subarray(from, from + count), to);
        from += count;
      }
      to += count;
    }
    return { weights, intercepts: scratch.slice(from) };
  }

  /**
   * A function that writes the margins of other rows, of blocks like those of the fit, for parameters.
   * It saves the weights of wide blocks, which are many.
   */
  onto(others: readonly Block[]): (parameters: Float64Array, out: Float64Array) => void {
    const { outputs, scratch } = this;
    const kept = others.filter((block) => block.kind === 'dense' || !this.isWide);
    const gram = this.isWide ? rowGram(this.besideRows(others), outputs) : undefined;
    const count = this.rows * outputs;
    const dual = new Float64Array(gram ? count + others[0].rows * outputs : 0);
    const margins = new Float64Array(dual.length);
    return (parameters, out) => {
      this.unscale(parameters, scratch);
      const intercepts = this.columns * outputs;
      for (let i = 0; i < out.length; i++) out[i] = scratch[intercepts + (i % outputs)];
      kept.forEach((block, i) => {
        addProduct(block, scratch, this.held[i].first, outputs, out);
      });
      if (gram === undefined) return;
      dual.set(parameters.subarray(this.own, this.own + count));
      gram.multiply(dual, margins);
      for (let i = 0; i < out.length; i++) out[i] += margins[count + i];
    };
  }

  /** Sparse blocks, the rows of the fit above others. */
  private besideRows(others: readonly Block[]): SparseBlock[] {
    return others.filter(isSparse).flatMap((other, i) => {
      const both = stack([this.blocks.filter(isSparse)[i], other]);
      return isSparse(both) ? [both] : [];
    });
  }

  /** Writes the columns' own parameters, and intercepts, that give the same margins on the columns as they are. */
  private unscale(parameters: Float64Array, out: Float64Array): void {
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

/** Sparse blocks are wide when their columns are this share of the rows, or more. */
const WIDE = 0.25;
/** Terms of a product from which on another layout pays. */
const MANY = 2 ** 17;

function areWide(blocks: readonly Block[], outputs: number): boolean {
  const sparse = blocks.filter(isSparse);
  const sum = (of: (block: SparseBlock) => number) => sparse.reduce((total, block) => total + of(block), 0);
  return sum(entries) * outputs >= MANY && sum(({ columns }) => columns) >= WIDE * blocks[0].rows;
}

function isSparse(block: Block): block is SparseBlock {
  return block.kind === 'sparse';
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
