/** Divides a row's values, those from `from` to before `to`, by their norm unless that is 0. */
export type DivideByNorm = (values: Float64Array, from: number, to: number) => void;

type Norm = (values: Float64Array, from: number, to: number) => number;

/** Of sparse rows: their stored values in turn, as scikit-learn's own loops add them up. */
const SPARSE: Readonly<Record<'l1' | 'l2' | 'max', Norm>> = {
  l1(values, from, to) {
    let sum = 0;
    for (let i = from; i < to; i++) sum += Math.abs(values[i]);
    return sum;
  },
  l2(values, from, to) {
    let sum = 0;
    for (let i = from; i < to; i++) sum += values[i] * values[i];
    return Math.sqrt(sum);
  },
  max(values, from, to) {
    let most = 0;
    for (let i = from; i < to; i++) most = Math.max(most, Math.abs(values[i]));
    return most;
  },
};

/** Of dense rows: in the order of numpy's `sum` and `einsum` for x86-64. */
const DENSE: typeof SPARSE = {
  l1: pairwiseSum,
  l2: (values, from, to) => Math.sqrt(squares(values, from, to)),
  max: SPARSE.max,
};

/** A dense row of a smaller norm stays as it is in scikit-learn: ten times what rounding leaves of 1. */
const SMALL = 10 * Number.EPSILON;

/** The sums are in scikit-learn's order, and so have its bits, which a tree behind them may compare. */
export function dividing(norm: 'l1' | 'l2' | 'max' | 'none', kind: 'sparse' | 'dense'): DivideByNorm {
  if (norm === 'none') return () => {};
  const of = (kind === 'sparse' ? SPARSE : DENSE)[norm];
  const least = kind === 'sparse' ? Number.MIN_VALUE : SMALL;
  return (values, from, to) => {
    const length = of(values, from, to);
    if (length < least) return;
    for (let i = from; i < to; i++) values[i] /= length;
  };
}

/** Magnitudes: eight sums side by side for at most 128 numbers, halves for more (numpy, `pairwise_sum`). */
function pairwiseSum(values: Float64Array, from: number, to: number): number {
  const count = to - from;
  if (count < 8) return SPARSE.l1(values, from, to);
  if (count > 128) {
    const half = Math.floor(count / 2);
    const middle = from + half - (half % 8);
    return pairwiseSum(values, from, middle) + pairwiseSum(values, middle, to);
  }
  const whole = to - (count % 8);
  const first = twoEighths(values, from, whole) + twoEighths(values, from + 2, whole);
  const second = twoEighths(values, from + 4, whole) + twoEighths(values, from + 6, whole);
  let sum = first + second;
  for (let i = whole; i < to; i++) sum += Math.abs(values[i]);
  return sum;
}

function twoEighths(values: Float64Array, from: number, to: number): number {
  let one = 0;
  let other = 0;
  for (let i = from; i < to; i += 8) {
    one += Math.abs(values[i]);
    other += Math.abs(values[i + 1]);
  }
  return one + other;
}

/** Squares: numbers at even and at odd places by themselves, each eight from the last to the first. */
function squares(values: Float64Array, from: number, to: number): number {
  let even = 0;
  let odd = 0;
  let i = from;
  for (; to - i >= 8; i += 8) {
    for (let j = i + 6; j >= i; j -= 2) {
      even += values[j] * values[j];
      odd += values[j + 1] * values[j + 1];
    }
  }
  for (; i < to; i += 2) {
    even += values[i] * values[i];
    if (i + 1 < to) odd += values[i + 1] * values[i + 1];
  }
  return even + odd;
}
