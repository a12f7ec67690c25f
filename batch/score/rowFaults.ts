import type { Answers, Label } from '../../cascades/index.js';
import { joinedAnswers } from '../../cascades/internal.js';
import {
  DataError,
  FeatureError,
  LookupError,
  ModelError,
  PoisonRow,
  RefusedRow,
  ServerError,
  ThreadError,
} from '../../lib/errors.js';
import { errorText } from '../../lib/util/errorText.js';

/** What is wrong with rows that can't be answered, by their positions. */
export type RowFaults = ReadonlyMap<number, string>;

/** Answers to the rows that have some, one after the other, and what is wrong with the others. */
export interface Settled {
  readonly answers: Answers<Label>;
  readonly faults: RowFaults;
}

type Ask = (rows: readonly object[]) => Promise<Answers<Label>>;

/**
 * Answers rows of which some fail: halves are asked in turn, without rows that an error names, until what fails is a
 * row. n rows of which k fail are computed some log2(n) times at most, however many fail.
 *
 * A row is to blame that was refused by itself, or that fails while another row of the batch is answered. Where all of
 * them fail, the feature or the model does; but where each has its error, a row that is named has it, whatever rows it
 * was asked with.
 *
 * @param failure of all rows
 * @param isFirstEnough whether to stop at the first row that fails; rows after it have no answers then
 * @throws the failure, where no row is to blame for it
 */
export async function settled(
  rows: readonly object[],
  ask: Ask,
  failure: unknown,
  isFirstEnough: boolean,
): Promise<Settled> {
  const faults = new Map<number, { readonly error: unknown; readonly isSure: boolean }>();
  const parts: { readonly at: number; readonly answers: Answers<Label> }[] = [];
  const settle = async (some: readonly number[], error: unknown): Promise<void> => {
    if (!canBeARow(error)) throw error;
    const named = rowOf(error);
    const row = some.length === 1 ? some[0] : named === undefined ? undefined : some[named];
    if (row !== undefined) {
      const isSure = isRefusal(error) || (!isFirstEnough && named !== undefined);
      faults.set(row, { error: causeOf(error), isSure });
    }
    const half = Math.ceil(some.length / 2);
    for (const part of some.length === 1 ? [] : [some.slice(0, half), some.slice(half)]) {
      const left = part.filter((each) => each !== row);
      if (left.length === 0 || (isFirstEnough && parts.length > 0 && isFound(faults, left))) continue;
      try {
        parts.push({ at: left[0], answers: await ask(left.map((each) => rows[each])) });
      } catch (again) {
        await settle(left, again);
      }
    }
  };
  await settle([...rows.keys()], failure);
  const isWorking = parts.length > 0;
  // A lone row that an error names is to blame: there is no other to compare it with.
  const isLone = rows.length === 1 && rowOf(failure) !== undefined;
  for (const { error, isSure } of faults.values()) if (!isSure && !isWorking && !isLone) throw error;
  const ordered = [...faults].sort(([a], [b]) => a - b);
  return {
    answers: isWorking
      ? joinedAnswers(parts.sort((a, b) => a.at - b.at).map(({ answers }) => answers))
      : NONE,
    faults: new Map(ordered.map(([row, { error }]) => [row, messageOf(error)])),
  };
}

/** Whether a row before all of these has failed. */
function isFound(faults: ReadonlyMap<number, unknown>, left: readonly number[]): boolean {
  return [...faults.keys()].some((row) => row < left[0]);
}

/** Whether a row may be to blame: not where a server, a source or time has failed. */
function canBeARow(error: unknown): boolean {
  if (error instanceof ServerError) return false;
  if (error instanceof LookupError) return error.reason === 'key';
  if (error instanceof ThreadError) return error.reason === 'lost';
  return (
    error instanceof FeatureError ||
    error instanceof ModelError ||
    error instanceof PoisonRow ||
    error instanceof DataError
  );
}

/** Told from the row by itself. */
function isRefusal(error: unknown): boolean {
  return error instanceof RefusedRow || error instanceof PoisonRow || error instanceof LookupError;
}

/** The row's position among those that were asked. */
function rowOf(error: unknown): number | undefined {
  return error instanceof FeatureError || error instanceof ModelError || error instanceof PoisonRow
    ? error.row
    : undefined;
}

function causeOf(error: unknown): unknown {
  return error instanceof PoisonRow ? error.cause : error;
}

/** Without the row's position among those that were asked, which nobody knows. */
function messageOf(error: unknown): string {
  const text = errorText(error);
  return text.replace(/^(feature '.*?'|model '.*?')?(?:, |: )?row \d+: /s, (_, of: string | undefined) =>
    of === undefined ? '' : `${of}: `,
  );
}

const NONE: Answers<Label> = {
  labels: [],
  scores: new Float64Array(0),
  exits: new Uint8Array(0),
  degraded: new Uint8Array(0),
  faults: [],
  verdict: 'certified',
};
