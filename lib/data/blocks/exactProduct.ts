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
 * Each sum takes a sparse row's entries in turn, without fused multiply-adds, as scipy's wheels for x86-64 do
 * (`csr_matvecs`): a tree behind them may compare these very bits. A dense row with as many zeros has the same from four
 * outputs on; for fewer its sums are made of four each.
 *
 * Loops of its own: those of `addProduct` are the stages', and get slower once they have met arrays of two types.
 * Four sums at a time, since one running sum would make each addition wait for the one before it. Where outputs are
 * no multiple of four the last four have some of those before among them, which are left as they are.
 */
export function addDoubles(
  numbers: DenseValues | SparseValues,
  weights: Float64Array,
  first: number,
  outputs: number,
  out: Float64Array,
): void {
  const last = outputs - 4;
  const origin = first * outputs;
  if (numbers.kind === 'dense') {
    const { rows, columns, values } = numbers;
    for (let row = 0, e = 0, to = 0; row < rows; row++, e += columns, to += outputs) {
      for (let done = 0; last >= 0 && done < outputs; done += 4) {
        const o = Math.min(done, last);
        addFourDense(values, e, columns, weights, origin + o, outputs, out, to + o, done - o);
      }
      for (let o = 0; last < 0 && o < outputs; o++)
        out[to + o] += denseSum(values, e, columns, weights, origin + o, outputs);
    }
    return;
  }
  const { rows, offsets, indices, values } = numbers;
  for (let row = 0, to = 0; row < rows; row++, to += outputs) {
    const from = offsets[row];
    const end = offsets[row + 1];
    for (let done = 0; last >= 0 && done < outputs; done += 4) {
      const o = Math.min(done, last);
      addFourSparse(values, indices, from, end, weights, origin + o, outputs, out, to + o, done - o);
    }
    for (let o = 0; last < 0 && o < outputs; o++)
      out[to + o] += sparseSum(values, indices, from, end, weights, origin + o, outputs);
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
  skipped: number,
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
  if (skipped < 1) out[to] += a;
  if (skipped < 2) out[to + 1] += b;
  if (skipped < 3) out[to + 2] += c;
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
  skipped: number,
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
  if (skipped < 1) out[to] += a;
  if (skipped < 2) out[to + 1] += b;
  if (skipped < 3) out[to + 2] += c;
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
  let sum = 0;
  for (let e = from; e < end; e++) sum += values[e] * weights[origin + indices[e] * step];
  return sum;
}
