const INFINITE = -(2 ** 31);

/**
 * Whether all are finite, or with `missing` NaN. It looks at their bits, which takes a third of the time of asking the
 * engine of each: without a sign, exponents of all ones become negative, and those of infinities the least.
 */
export function areSound(values: Float32Array, missing: boolean): boolean {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  let least = 0;
  for (let i = 0; i < bits.length; i++) {
    const carried = ((bits[i] & 0x7fffffff) + 0x00800000) | 0;
    if (carried < least) least = carried;
  }
  return least === 0 || (missing && least > INFINITE);
}
