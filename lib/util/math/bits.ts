/** A double and its two halves, to read its bits. */
const double = new Float64Array(1);
const halves = new Int32Array(double.buffer);
double[0] = 1;
/** Which half holds sign and exponent. */
const HIGH = halves[1] === 0 ? 0 : 1;

/** The exponent k of a normal x = m * 2 ** k above 0, where m is from sqrt(1 / 2) to sqrt(2), or nearly. */
export function exponentOf(x: number): number {
  double[0] = x;
  return (halves[HIGH] - 0x3fe6a09e) >> 20;
}

const LEAST = -1024;
const POWERS = new Float64Array(2048);
for (let i = 0; i < POWERS.length; i++) POWERS[i] = 2 ** (i + LEAST);

/** 2 ** exponent, from -1024 to 1023; much faster than by `**`. */
export function powerOfTwo(exponent: number): number {
  return POWERS[exponent - LEAST];
}
