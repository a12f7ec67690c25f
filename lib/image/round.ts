/**
 * The nearest whole number, and of two equally near ones the even one, as processors round by default.
 *
 * @example roundEven(2.5); // 2
 * @example roundEven(3.5); // 4
 */
export function roundEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}
