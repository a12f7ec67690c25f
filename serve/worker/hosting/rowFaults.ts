import { FeatureError, RefusedRow } from '../../../lib/errors.js';
import { type FittedFeature, RowView } from '../../../lib/features/define/index.js';
import { RequestError } from '../../../lib/protocol/messages/index.js';
import { RefusedRows } from '../../executor.js';

/** Milliseconds for which rows are tried one by one. */
const TRY_MS = 20;

/** The rows of a slice whose feature failed. */
export interface FailedRows {
  readonly rows: readonly unknown[];
  /** The row's position in its request, by its position in `rows`. */
  positionOf(row: number): number;
  /** A row that features have computed before, if the file has one. */
  readonly sample: unknown;
  /** The feature of a name. */
  feature(name: string): FittedFeature<unknown> | undefined;
  /** The time, in milliseconds. */
  now(): number;
}

/**
 * Whose fault a failure is: a row's, where it was refused by itself, or its feature fails for it again, and computes
 * another one at the same moment. In an outage it computes none. Features that wait for something elsewhere aren't
 * tried.
 *
 * @returns RequestError `invalid` that names the row; else the error as it is
 */
export function rowFault(error: unknown, failed: FailedRows): unknown {
  if (!(error instanceof FeatureError)) return error;
  const row =
    error instanceof RefusedRow ? error.row : rowThatFails(failed.feature(error.feature), failed, error.row);
  if (row === undefined) return error;
  const named = error.of(error.feature, failed.positionOf(row));
  return error instanceof RefusedRow
    ? new RefusedRows(named.message, { cause: error })
    : new RequestError('invalid', named.message, undefined, { cause: error });
}

/**
 * A row for which a feature fails; undefined where it fails for all, or for none.
 *
 * @param first the row that its error names: the first to be tried
 */
function rowThatFails(
  feature: FittedFeature<unknown> | undefined,
  { rows, sample, now }: FailedRows,
  first: number | undefined,
): number | undefined {
  if (feature === undefined) return undefined;
  const end = now() + TRY_MS;
  let failing: number | undefined;
  let works = false;
  const order = first === undefined ? [...rows.keys()] : [first, ...rows.keys()];
  for (const i of order) {
    const outcome = tried(feature, rows[i]);
    if (outcome === 'waits') return undefined;
    if (outcome === 'works') works = true;
    else failing ??= i;
    if ((works && failing !== undefined) || now() > end) break;
  }
  if (failing === undefined) return undefined;
  return works || (sample !== undefined && tried(feature, sample) === 'works') ? failing : undefined;
}

function tried(feature: FittedFeature<unknown>, row: unknown): 'works' | 'fails' | 'waits' {
  try {
    const block = feature.compute(RowView.of([row]));
    if (!(block instanceof Promise)) return 'works';
    // Nobody awaits it.
    block.catch(() => {});
    return 'waits';
  } catch {
    return 'fails';
  }
}
