/** Numbers of half precision (IEEE 754, binary16), as their 16 bits. */

const double = new Float64Array(1);
/** The half of a double that has its exponent comes second in memory where the processor is little-endian. */
const halves = new Uint32Array(double.buffer);
double[0] = 1;
const HIGH = halves[0] === 0 ? 1 : 0;

/** The bits of the nearest number of half precision; ties go to the even one. @see IEEE 754, binary16 */
export function halfBits(number: number): number {
  if (Number.isNaN(number)) return 0x7e00;
  double[0] = number;
  const sign = (halves[HIGH] >>> 16) & 0x8000;
  const magnitude = Math.abs(number);
  // From 65520 on the nearest is infinity.
  if (magnitude >= 65_520) return sign | 0x7c00;
  // Powers of two scale exactly. Below the normal numbers the steps are 2^-24.
  const exponent = Math.max(-14, ((halves[HIGH] >>> 20) & 0x7ff) - 1023);
  const steps = magnitude * 2 ** (10 - exponent);
  const whole = Math.floor(steps);
  const rest = steps - whole;
  const rounded = whole + Number(rest > 0.5 || (rest === 0.5 && whole % 2 === 1));
  // A fraction that was rounded up to the next power of two carries into the exponent.
  return sign | ((exponent + 14) * 1024 + rounded);
}

const single = new Float32Array(1);
const bitsOfSingle = new Uint32Array(single.buffer);

/** The number of half precision with these bits. */
export function fromHalfBits(bits: number): number {
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return (bits & 0x8000 ? -1 : 1) * fraction * 2 ** -24;
  if (exponent === 31 && fraction !== 0) return Number.NaN;
  // 112 is the difference between the biases of single and half precision.
  const wide = exponent === 31 ? 255 : exponent + 112;
  bitsOfSingle[0] = ((bits & 0x8000) << 16) | (wide << 23) | (fraction << 13);
  return single[0];
}
