import { addProduct, addTransposeProduct, type Block, type DenseBlock } from '../blocks/index.js';

/**
 * The blocks of a fit as one matrix, dense columns standardised and a column of ones at its end, without that
 * matrix ever being built.
 *
 * Parameters are laid out `parameters[column * outputs + o]`, the intercepts last, as column `columns`. A standardised
 * product is the raw product with scaled weights and a shifted intercept, so blocks are read as they are and the
 * fitted model is a plain linear one (see {@link Design.raw}).
 */
export class Design {
  readonly rows: number;
  readonly columns: number;
  /** Offsets of each block's columns. */
  private readonly first: readonly number[];
  private readonly centre: Float64Array;
  /** 1 / standard deviation of a dense column, 0 of a constant one, 1 for sparse columns. */
  private readonly scale: Float64Array;
  private readonly unit: Uint8Array;
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
    this.unit = new Uint8Array(this.columns);
    this.scratch = new Float64Array((this.columns + 1) * outputs);
    blocks.forEach((block, i) => {
      if (block.kind === 'sparse') return;
      standardise(block, this.first[i], this.centre, this.scale);
      this.unit.fill(1, this.first[i], this.first[i] + block.columns);
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
      addProduct(block, scratch, this.first[i], outputs, out);
    });
  }

  /** Writes the transposed product: from one number per row and output to one per parameter. */
  transposed(residual: Float64Array, out: Float64Array): void {
    const { rows, columns, outputs, centre, scale } = this;
    const intercepts = columns * outputs;
    out.fill(0);
    this.blocks.forEach((block, i) => {
      addTransposeProduct(block, residual, this.first[i], outputs, out);
    });
    for (let r = 0, i = 0; r < rows; r++) {
      for (let o = 0; o < outputs; o++) out[intercepts + o] += residual[i++];
    }
    for (let c = 0, i = 0; c < columns; c++) {
      for (let o = 0; o < outputs; o++, i++) out[i] = (out[i] - centre[c] * out[intercepts + o]) * scale[c];
    }
  }

  /** Whether a column has a known size, mean square 1: the intercept's and the standardised ones. */
  isUnit(column: number): boolean {
    return column === this.columns || this.unit[column] === 1;
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

function standardise(block: DenseBlock, first: number, centre: Float64Array, scale: Float64Array): void {
  const { rows, columns, values } = block;
  for (let c = 0; c < columns; c++) {
    // Sums of differences from the first row: exactly 0 for a constant column, and safe when the mean is large.
    const origin = values[c];
    let sum = 0;
    let squares = 0;
    for (let r = 0, e = c; r < rows; r++, e += columns) {
      const difference = values[e] - origin;
      sum += difference;
      squares += difference * difference;
    }
    const variance = (squares - (sum * sum) / rows) / rows;
    centre[first + c] = origin + sum / rows;
    scale[first + c] = squares > 0 && variance > 0 ? 1 / Math.sqrt(variance) : 0;
  }
}
