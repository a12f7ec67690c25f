/** What `spillway/runtime` has of `rows.ts`: it makes no rows of tables. */
export function recordOf<Row>(row: Row): Row {
  return row;
}
