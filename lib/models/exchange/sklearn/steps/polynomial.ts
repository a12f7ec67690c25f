import type { NodeFields } from '../node.js';
import type { ReadStep } from '../step.js';
import { denseValues, type SparseValues, toDense, zeros } from '../values.js';

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
          let product = 1;
          for (; f < ends[c]; f++) product *= values[first + factors[f]];
          out[to++] = product;
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
  private readonly most: number;

  constructor(
    node: NodeFields,
    private readonly inputs: number,
    private readonly ends: Uint32Array,
    factors: Uint32Array | Int32Array,
  ) {
    let most = 0;
    ends.forEach((end, c) => {
      const start = c === 0 ? 0 : ends[c - 1];
      most = Math.max(most, end - start);
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
    this.most = most;
  }

  of({ rows, offsets, indices, values }: SparseValues): SparseValues {
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

  /** By the number of factors, so that outputs ascend. */
  private row(
    indices: Uint32Array,
    values: Float64Array,
    from: number,
    to: number,
    found: { readonly at: number[]; readonly values: number[] },
  ): void {
    let products = [{ product: 0, value: 1, from }];
    for (let length = 0; length <= this.most && products.length > 0; length++) {
      for (const { product, value } of products) {
        if (this.outputs[product] === -1) continue;
        found.at.push(this.outputs[product]);
        found.values.push(value);
      }
      products = products.flatMap(({ product, value, from: first }) => {
        const next: typeof products = [];
        for (let e = first; e < to; e++) {
          const longer = this.longer.get(product * this.inputs + indices[e]);
          if (longer !== undefined) next.push({ product: longer, value: value * values[e], from: e });
        }
        return next;
      });
    }
  }
}
