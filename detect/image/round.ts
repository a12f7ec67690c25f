/**
 * The nearest whole number, and of two equally near ones the even one, as processors round by default.
 *
 * @example roundEven(2.5); // 2
 * @example roundEven(3.5); // 4
 */
export function roundEven(x: number): number {
  // Of two equally near numbers this is the upper one; the sum has no -0.
  const near = Math.round(x) + 0;
  return near - x === 0.5 ? near - (near & 1) : near;
}
