/** Numbers of some rows in double precision, row-major. */
export interface DenseValues {
  readonly kind: 'dense';
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** Numbers of some rows, of which those that aren't stored are 0: compressed sparse rows, as in a block. */
export interface SparseValues {
  readonly kind: 'sparse';
  readonly rows: number;
  readonly columns: number;
  readonly offsets: Uint32Array;
  readonly indices: Uint32Array;
  readonly values: Float64Array;
}

/**
 * `addProduct` over doubles. A row's sums don't depend on the other rows, bit for bit.
 *
 * Loops of its own: those of `addProduct` are the stages', and get slower once they have met arrays of two types.
 * Four sums at a time, since one running sum would make each addition wait for the one before it: four outputs', or
 * four of one output.
 */
export function addDoubles(
  numbers: DenseValues | SparseValues,
  weights: Float64Array,
  first: number,
  outputs: number,
  out: Float64Array,
): void {
  const together = outputs - (outputs % 4);
  if (numbers.kind === 'dense') {
    const { rows, columns, values } = numbers;
    for (let row = 0, e = 0; row < rows; row++, e += columns) {
      const to = row * outputs;
      for (let o = 0; o < together; o += 4)
        addFourDense(values, e, columns, weights, first * outputs + o, outputs, out, to + o);
      for (let o = together; o < outputs; o++)
        out[to + o] += denseSum(values, e, columns, weights, first * outputs + o, outputs);
    }
    return;
  }
  const { rows, offsets, indices, values } = numbers;
  for (let row = 0; row < rows; row++) {
    const from = offsets[row];
    const end = offsets[row + 1];
    const to = row * outputs;
    for (let o = 0; o < together; o += 4)
      addFourSparse(values, indices, from, end, weights, first * outputs + o, outputs, out, to + o);
    for (let o = together; o < outputs; o++)
      out[to + o] += sparseSum(values, indices, from, end, weights, first * outputs + o, outputs);
  }
}

function addFourDense(
  values: Float64Array,
  from: number,
  count: number,
  weights: Float64Array,
  origin: number,
  step: number,
  out: Float64Array,
  to: number,
): void {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const end = from + count;
  for (let e = from, at = origin; e < end; e++, at += step) {
    const value = values[e];
    a += value * weights[at];
    b += value * weights[at + 1];
    c += value * weights[at + 2];
    d += value * weights[at + 3];
  }
  out[to] += a;
  out[to + 1] += b;
  out[to + 2] += c;
  out[to + 3] += d;
}

function addFourSparse(
  values: Float64Array,
  indices: Uint32Array,
  from: number,
  end: number,
  weights: Float64Array,
  origin: number,
  step: number,
  out: Float64Array,
  to: number,
): void {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let e = from; e < end; e++) {
    const value = values[e];
    const at = origin + indices[e] * step;
    a += value * weights[at];
    b += value * weights[at + 1];
    c += value * weights[at + 2];
    d += value * weights[at + 3];
  }
  out[to] += a;
  out[to + 1] += b;
  out[to + 2] += c;
  out[to + 3] += d;
}

function denseSum(
  values: Float64Array,
  from: number,
  count: number,
  weights: Float64Array,
  origin: number,
  step: number,
): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const end = from + count;
  let e = from;
  let at = origin;
  for (; e + 3 < end; e += 4, at += 4 * step) {
    a += values[e] * weights[at];
    b += values[e + 1] * weights[at + step];
    c += values[e + 2] * weights[at + 2 * step];
    d += values[e + 3] * weights[at + 3 * step];
  }
  for (; e < end; e++, at += step) a += values[e] * weights[at];
  return a + b + (c + d);
}

function sparseSum(
  values: Float64Array,
  indices: Uint32Array,
  from: number,
  end: number,
  weights: Float64Array,
  origin: number,
  step: number,
): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let e = from;
  for (; e + 3 < end; e += 4) {
    a += values[e] * weights[origin + indices[e] * step];
    b += values[e + 1] * weights[origin + indices[e + 1] * step];
    c += values[e + 2] * weights[origin + indices[e + 2] * step];
    d += values[e + 3] * weights[origin + indices[e + 3] * step];
  }
  for (; e < end; e++) a += values[e] * weights[origin + indices[e] * step];
  return a + b + (c + d);
}
