/**
 * The largest Float32 below a number, so that `x < number` is `x <= below(number)` for every
 * Float32 x. NaN if there is none, as below NaN and -Infinity.
 */
export function below(number: number): number {
  const nearest = Math.fround(number);
  return nearest < number ? nearest : next(nearest);
}

/** The largest Float32 up to a number, so that `x <= number` is `x <= atMost(number)` for every Float32 x. */
export function atMost(number: number): number {
  const nearest = Math.fround(number);
  return nearest <= number ? nearest : next(nearest);
}

/** The Float32 before a Float32. */
function next(number: number): number {
  if (Number.isNaN(number) || number === Number.NEGATIVE_INFINITY) return Number.NaN;
  if (number === 0) return -(2 ** -149);
  const float = Float32Array.of(number);
  // Their bits are in the order of the numbers, backwards where these are negative.
  new Int32Array(float.buffer)[0] += number > 0 ? -1 : 1;
  return float[0];
}

const double = new Float64Array(1);
const bits = new BigInt64Array(double.buffer);

/** The largest double below a number, as {@link below} is the largest Float32. */
export function belowDouble(number: number): number {
  if (Number.isNaN(number) || number === Number.NEGATIVE_INFINITY) return Number.NaN;
  if (number === 0) return -Number.MIN_VALUE;
  double[0] = number;
  bits[0] += number > 0 ? -1n : 1n;
  return double[0];
}
