/** The position of the greatest of some numbers, the first where several are; it counts from `from`. */
export function greatest(values: Float64Array, from: number, count: number): number {
  let best = 0;
  for (let c = 1; c < count; c++) if (values[from + c] > values[from + best]) best = c;
  return best;
}
