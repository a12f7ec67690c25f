import { define, dense } from 'spillway/runtime';

/** Rows as they are after JSON. */
export interface PointRow {
  readonly cheap: readonly number[];
  readonly costly: readonly number[];
}

export interface NumbersRow {
  readonly base: number;
  readonly doubt: number;
  readonly rest: number;
}

const costlyOf = (rows: readonly PointRow[]) => Float32Array.from(rows.flatMap(({ costly }) => [...costly]));

/** @param costly what the second feature does instead */
export function servedPoints(
  costly: (rows: readonly PointRow[]) => Float32Array | Promise<Float32Array> = costlyOf,
) {
  return define({
    cheap: dense(2, (rows: readonly PointRow[]) =>
      Float32Array.from(rows.flatMap(({ cheap }) => [...cheap])),
    ),
    costly: dense(2, costly),
  });
}

export const servedNumbers = define({
  cheap: dense(2, (rows: readonly NumbersRow[]) =>
    Float32Array.from(rows.flatMap(({ base, doubt }) => [base, doubt])),
  ),
  rest: dense(1, (rows: readonly NumbersRow[]) => Float32Array.from(rows, ({ rest }) => rest)),
});
