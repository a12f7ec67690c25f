/** Rows of objects with the same names as arrays by name, for `tableRows`. */
export function columnsOf<Row extends object>(rows: readonly Row[]): Record<string, readonly unknown[]> {
  const names = Object.keys(rows[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, rows.map((row): unknown => Reflect.get(row, name))]));
}
