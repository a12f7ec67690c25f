/** Rows as `as_json` of `bench/peers/pipelines/rows.py` writes them: what is null in a column is NaN. */
export interface WrittenRows {
  readonly kind: 'texts' | 'array' | 'columns';
  readonly texts?: readonly string[];
  readonly names?: readonly string[];
  readonly columns?: readonly (readonly unknown[])[];
}

/** Rows as `sklearnPipeline` takes them. */
export function rowsOf({ kind, texts = [], names = [], columns = [] }: WrittenRows): unknown[] {
  if (kind === 'texts') return [...texts];
  const values = columns.map((column) => column.map((value) => value ?? Number.NaN));
  return (values[0] ?? []).map((_, row) => {
    const own = values.map((column) => column[row]);
    return kind === 'array' ? own : Object.fromEntries(names.map((name, at) => [name, own[at]]));
  });
}
