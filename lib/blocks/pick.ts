/** The numbers of some rows, rows x width, in their order. */
export function pick(values: Float64Array, rows: Int32Array, width: number): Float64Array {
  const picked = new Float64Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    for (let c = 0; c < width; c++) picked[i * width + c] = values[rows[i] * width + c];
  }
  return picked;
}
