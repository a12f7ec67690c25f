/** A figure with its goal: name, measured value, wanted value. */
export interface Check {
  readonly what: string;
  readonly value: number | string;
  readonly goal: string;
  /** null: skipped, with the reason in `value`. */
  readonly ok: boolean | null;
}

/** NaN reaches nothing. */
export function atLeast(what: string, value: number, least: number): Check {
  return { what, value, goal: `>= ${least}`, ok: value >= least };
}

export function atMost(what: string, value: number, most: number): Check {
  return { what, value, goal: `<= ${most}`, ok: value <= most };
}

export function below(what: string, value: number, limit: number): Check {
  return { what, value, goal: `< ${limit}`, ok: value < limit };
}

/** For figures that this machine can't measure: neither reached nor missed. */
export function leftOut(what: string, goal: string, why: string): Check {
  return { what, value: `left out: ${why}`, goal, ok: null };
}

/** One line a check. */
export function checkTable(checks: readonly Check[]): string {
  const mark = ({ ok }: Check) => (ok === null ? '-' : ok ? 'ok' : 'NOT OK');
  const shown = ({ value }: Check) =>
    typeof value === 'number' ? String(Number(value.toPrecision(4))) : value;
  return columns(checks.map((check) => [mark(check), check.what, shown(check), check.goal]));
}

/** Rows of cells as text, each column as wide as its widest cell. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>(
    (most, row) => row.map((cell, c) => Math.max(most[c] ?? 0, cell.length)),
    [],
  );
  return rows
    .map((row) =>
      row
        .map((cell, c) => cell.padEnd(widths[c]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
