/** Where so many are whole, cutting them saves nothing. */
const NEARLY_ALL = 0.95;

/**
 * The size to which things of several sizes are cut so that a part of all is left, to two digits.
 *
 * @param sizes 0 or more each
 * @param part 0 to 1
 * @returns undefined where nearly all are whole at this size, and where there are none
 * @example cutLeaving([10, 10, 40], 0.5); // 10
 */
export function cutLeaving(sizes: ArrayLike<number>, part: number): number | undefined {
  const sorted = Float64Array.from(sizes).sort();
  const left = part * sorted.reduce((sum, size) => sum + size, 0);
  let before = 0;
  let i = 0;
  for (; before + sorted[i] * (sorted.length - i) < left; i++) before += sorted[i];
  const cut = Math.ceil(Number(((left - before) / (sorted.length - i)).toPrecision(2)));
  const whole = sorted.filter((size) => size <= cut).length;
  return whole < NEARLY_ALL * sorted.length ? cut : undefined;
}
