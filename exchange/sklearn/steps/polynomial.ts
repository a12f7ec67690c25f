import type { SparseValues } from '../../../lib/data/blocks/index.js';
import type { NodeFields } from '../node.js';
import type { ReadStep } from '../step.js';
import { denseValues, toDense, zeros } from '../values.js';

/**
 * Products of columns. Output `c` is the product of the columns `factors[ends[c - 1] … ends[c]]`, in ascending order;
 * outputs are by their number of factors, then by these.
 */
export const polynomial: ReadStep = (node) => {
  const inputs = node.width;
  const ends = node.tensor('ends', Uint32Array);
  const factors = node.indices('factors', inputs);
  ends.forEach((end, c) => {
    if (end < (c === 0 ? 0 : ends[c - 1]) || end > factors.length)
      throw node.damaged('factors outside their tensor');
  });
  const columns = ends.length;
  const sparse = new SparseProducts(node, inputs, ends, factors);
  return {
    columns,
    run([given]) {
      if (given.kind === 'sparse') return sparse.of(given);
      const { rows, values } = toDense(given);
      const out = zeros(rows, columns);
      for (let row = 0, to = 0; row < rows; row++) {
        const first = row * inputs;
        for (let c = 0, f = 0; c < columns; c++) {
          // From the last to the first, as scikit-learn multiplies columns of dense tables.
          let product = 1;
          for (let last = ends[c] - 1; last >= f; last--) product *= values[first + factors[last]];
          out[to++] = product;
          f = ends[c];
        }
      }
      return denseValues(rows, columns, out);
    },
  };
};

/** Products of the columns that a row has: those that start another are found from it, factor by factor. */
class SparseProducts {
  /** The product of another and a column: `product * inputs + column`. Products count from 1, and 0 is the empty one. */
  private readonly longer = new Map<number, number>();
  /** The output of each product, or -1. */
  private readonly outputs: number[] = [-1];
  /** A row's products, in the order in which they are found: which each is, and the entry from which it gets longer. */
  private found = new Uint32Array(128);
  /** What each of them is. */
  private numbers = new Float64Array(64);

  constructor(
    node: NodeFields,
    private readonly inputs: number,
    private readonly ends: Uint32Array,
    factors: Uint32Array | Int32Array,
  ) {
    ends.forEach((end, c) => {
      const start = c === 0 ? 0 : ends[c - 1];
      let product = 0;
      for (let f = start; f < end; f++) {
        const key = product * inputs + factors[f];
        const known = this.longer.get(key);
        product = known ?? this.outputs.push(-1) - 1;
        if (known === undefined) this.longer.set(key, product);
      }
      if (this.outputs[product] !== -1) throw node.damaged('one product twice');
      this.outputs[product] = c;
    });
  }

  of(given: SparseValues): SparseValues {
    const { rows, offsets, indices, values } = given;
    const found: { readonly at: number[]; readonly values: number[] } = { at: [], values: [] };
    const ends = new Uint32Array(rows + 1);
    for (let row = 0; row < rows; row++) {
      this.row(indices, values, offsets[row], offsets[row + 1], found);
      ends[row + 1] = found.at.length;
    }
    return {
      kind: 'sparse',
      rows,
      columns: this.ends.length,
      offsets: ends,
      indices: Uint32Array.from(found.at),
      values: Float64Array.from(found.values),
    };
  }

  /** The shorter ones are found first, so that outputs ascend. */
  private row(
    indices: Uint32Array,
    values: Float64Array,
    from: number,
    to: number,
    found: { readonly at: number[]; readonly values: number[] },
  ): void {
    this.found[0] = 0;
    this.found[1] = from;
    this.numbers[0] = 1;
    for (let at = 0, count = 1; at < count; at++) {
      const product = this.found[2 * at];
      const first = this.found[2 * at + 1];
      const value = this.numbers[at];
      if (this.outputs[product] !== -1) {
        found.at.push(this.outputs[product]);
        found.values.push(value);
      }
      for (let e = first; e < to; e++) {
        const longer = this.longer.get(product * this.inputs + indices[e]);
        if (longer === undefined) continue;
        if (count === this.numbers.length) this.grow();
        this.found[2 * count] = longer;
        this.found[2 * count + 1] = e;
        this.numbers[count++] = value * values[e];
      }
    }
  }

  private grow(): void {
    const { found, numbers } = this;
    this.found = new Uint32Array(2 * found.length);
    this.found.set(found);
    this.numbers = new Float64Array(2 * numbers.length);
    this.numbers.set(numbers);
  }
}
