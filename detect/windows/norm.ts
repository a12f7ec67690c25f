/**
 * What the values of a window's Haar features are multiplied by: one over the area times the standard deviation of
 * its pixels, less a border of one pixel.
 *
 * @param area of the window without its border, in pixels
 * @param sum of these pixels
 * @param squares the sum of their squares
 * @returns in single precision; 0 for a window that is too flat, with a standard deviation of 10 or less
 */
export function normOf(area: number, sum: number, squares: number): number {
  const norm = Math.fround(1 / Math.sqrt(area * squares - sum * sum));
  // NaN and infinity, of a window without any difference, are refused too.
  return area * norm < 0.1 ? norm : 0;
}
