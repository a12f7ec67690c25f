import type { Cascade, Label } from '../cascades/index.js';
import { batchStepsOf, countUpTo, designFor, drawKeyed } from '../cascades/internal.js';
import { DataError } from '../lib/errors.js';
import { rowsNeeded } from '../lib/stats/index.js';
import type { AnswerBook } from './answerBook.js';

/** Rows of which some are drawn for a promise about new rows. */
export interface PopulationSample {
  /** Rows that may be drawn: none was chosen by what it holds, and none trained on. */
  readonly among: Int32Array;
  readonly count: number;
}

/** Of the rows with which a plan passes that loses nothing: with so many, one passes that loses a quarter of epsilon. */
const ROOM = 2.5;

/**
 * Rows that a promise about new rows may be tested on: those outside of the pilot and of the pool, also of its rows that
 * weren't chosen, since what was left in it isn't like the table any more.
 *
 * @param rows of the table
 * @param taken positions in the pilot and the pool
 */
export function rowsForNew<Row, L extends Label, Name extends string>(
  cascade: Cascade<Row, L, Name>,
  rows: number,
  taken: readonly Int32Array[],
  claim: { readonly epsilon: number; readonly delta: number },
): PopulationSample {
  const isTaken = new Uint8Array(rows);
  for (const part of taken) for (const row of part) isTaken[row] = 1;
  const among = Int32Array.from(isTaken.keys()).filter((row) => isTaken[row] === 0);
  return { among, count: populationCount(cascade, { ...claim, rows, among: among.length }) };
}

/**
 * How many rows a promise about new rows is tested on, so that those of them that some plan lets out are about as many as
 * the batch's own sample needs. It is fixed by the rows trained on alone: a number that depended on the others would
 * make them no draws of their own.
 *
 * Rows that no plan of the path lets out lose nothing whatever the model answers, so that they needn't be asked for it.
 */
export function populationCount<Row, L extends Label, Name extends string>(
  cascade: Cascade<Row, L, Name>,
  {
    rows,
    among,
    epsilon,
    delta,
  }: {
    readonly rows: number;
    readonly among: number;
    readonly epsilon: number;
    readonly delta: number;
  },
): number {
  const seen = batchStepsOf(cascade).tunedOn();
  if (seen === undefined) return 0;
  const { plans, opens, spoils } = seen;
  const leaving = countUpTo(plans, opens);
  const scaled = leaving.map((count) => Math.round((count / opens.length) * among));
  const { count } = designFor(
    { rows, allowed: Math.floor(epsilon * rows), delta },
    { rows: opens.length, changed: countUpTo(plans, spoils), leaving: scaled, open: scaled },
  );
  const open = leaving[plans - 1] / opens.length;
  if (open === 0) return 0;
  const least = Math.ceil(ROOM * rowsNeeded(epsilon, delta));
  return Math.min(among, Math.max(least, Math.ceil(count / open)));
}

/**
 * A simple random sample of the rows that may be drawn. Those that are in the batch's rest have the same numbers there, so
 * that most rows of one sample are in the other.
 *
 * @param rest positions of the rows of the partition
 */
export function drawPopulation(
  { among, count }: PopulationSample,
  rest: Int32Array,
  partition: string,
  seed: string,
): Int32Array {
  const places = new Map(Array.from(rest, (row, place) => [row, place]));
  const inRest = Array.from(among, (row) => places.get(row)).filter((place) => place !== undefined);
  const others = among.filter((row) => !places.has(row));
  const first = drawKeyed(seed, partition, inRest, count);
  const all = drawKeyed(seed, `${partition}, known`, others, count, first);
  return Int32Array.from(all, (row) => (row.partition === partition ? rest[row.index] : row.index));
}

/**
 * The cascade with a promise about rows drawn like the table's, tested on a random sample of them, which the model has
 * answered: those that some plan lets out for the table's own test, the others because no plan did. Nothing is promised where
 * one of them has no readable answer: without it the sample would be of rows that are easier to answer.
 *
 * The batch's certificate and this one each hold at their own delta.
 */
export async function certifyForNew<Row, L extends Label>(
  cascade: Cascade<Row, L>,
  rows: readonly Row[],
  drawn: Int32Array,
  book: AnswerBook<Row, L>,
  claim: { readonly epsilon: number; readonly delta: number },
): Promise<{ readonly cascade: Cascade<Row, L>; readonly newRows: string | null }> {
  const unread = drawn.filter((row) => Number.isNaN(book.answerOf(row))).length;
  if (unread > 0) {
    const newRows =
      `${unread} of the ${drawn.length} rows that it would be tested on have no answer that can be read: say by 'unparsed' ` +
      'which label such rows have';
    return { cascade, newRows };
  }
  const repeats = book.different < rows.length;
  try {
    const renewed = await cascade.certify(cascade.path, {
      rows: Array.from(drawn, (row) => rows[row]),
      ...claim,
      repeats,
    });
    return { cascade: renewed, newRows: renewed.certificate.reason };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return { cascade, newRows: error.message };
  }
}
