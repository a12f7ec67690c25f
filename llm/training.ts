import type { Label } from '../cascades/index.js';
import { OptionError } from '../lib/errors.js';
import { type Random, sample } from '../lib/stats/index.js';
import type { AnswerBook, AskRound } from './answerBook.js';
import { AskedInParts } from './askedInParts.js';

/** What whoever chooses the next rows to train on is told. */
export interface TrainingChoice<Row> {
  readonly rows: readonly Row[];
  /**
   * Positions of the rows that may be chosen, none of them asked about: of a simple random part of the table with `newRows`, else
   * of all of it, or 50,000 rows.
   */
  readonly pool: Int32Array;
  /** Positions of the rows whose answers are known, and the classes that the model gave them. */
  readonly asked: Int32Array;
  readonly classes: Int32Array;
  /** How many to choose. */
  readonly count: number;
  readonly random: Random;
  readonly signal: AbortSignal | undefined;
}

/**
 * Chooses which rows to train on next, by what a student of those before doesn't know yet. With `newRows` only rows of a
 * random pool may be chosen: the others stay a simple random sample of the table, which that promise is tested on.
 *
 * @returns positions of `count` rows of the pool
 */
export type ChooseTraining<Row> = (choice: TrainingChoice<Row>) => Int32Array | Promise<Int32Array>;

/** Rows of the pool for each row to be chosen, where others are to stay a random sample. */
const POOL = 4;
/** Of the rows at most one in so many is in the pool then: the sample that is drawn outside of it is to be in the table's. */
const MOST_OF = 4;
/** Rows of the pool at most, where none need be left out of it: a student scores them all, each time. */
const MOST_POOL = 50_000;
/** Of the training rows the first in so many are drawn at random, the pilot's included. */
const AT_RANDOM = 2;
/** Rounds of choosing: each knows the answers of those before. */
const ROUNDS = 2;

/** Draws the pilot. */
export function drawPilot(rows: number, pilot: number, random: Random): Int32Array {
  return sample(rows, Math.min(rows, pilot), random.fork('pilot'));
}

/**
 * The rows that training rows may be chosen from. For a promise about new rows it is a random part, so that the others stay
 * a simple random sample of the table; else nearly all may be chosen.
 */
export function drawPool(
  rows: number,
  pilot: Int32Array,
  training: number,
  hasOthers: boolean,
  random: Random,
): Int32Array {
  const isPilot = new Set(pilot);
  const others = Int32Array.from({ length: rows }, (_, row) => row).filter((row) => !isPilot.has(row));
  const more = Math.max(0, training - pilot.length);
  const most = hasOthers
    ? Math.min(POOL * more, Math.max(more, Math.floor(others.length / MOST_OF)))
    : Math.max(POOL * more, MOST_POOL);
  const count = Math.min(others.length, more === 0 ? 0 : most);
  return sample(others.length, count, random.fork('pool')).map((place) => others[place]);
}

/**
 * Asks about the rows to train on: the pilot's, and as many more of the pool as make up `count`. Up to half of them are drawn
 * at random, so that a student knows a little of all; the others are chosen.
 *
 * @returns all of them
 */
export async function askTraining<Row, L extends Label>(
  {
    rows,
    book,
    choose,
  }: {
    readonly rows: readonly Row[];
    readonly book: AnswerBook<Row, L>;
    readonly choose: ChooseTraining<Row>;
  },
  { pilot, pool, count }: { readonly pilot: Int32Array; readonly pool: Int32Array; readonly count: number },
  round: AskRound,
  random: Random,
): Promise<Int32Array> {
  const few = Math.min(pool.length, Math.max(0, Math.ceil(count / AT_RANDOM) - pilot.length));
  const first = sample(pool.length, few, random.fork('first')).map((place) => pool[place]);
  const parts = new AskedInParts(book, round, count - pilot.length);
  await parts.ask(first);
  let training = joined(pilot, first);
  const each = Math.ceil(Math.max(0, count - training.length) / ROUNDS);
  for (let turn = 0; turn < ROUNDS && training.length < count; turn++) {
    const left = pool.filter((row) => !book.knows(row));
    const asked = training.filter((row) => !Number.isNaN(book.answerOf(row)));
    const most = Math.min(each, count - training.length, left.length);
    if (most === 0) break;
    const chosen = await choose({
      rows,
      pool: left,
      asked,
      classes: Int32Array.from(asked, (row) => book.answerOf(row)),
      count: most,
      random: random.fork(`turn ${turn}`),
      signal: round.signal,
    });
    const inPool = new Set(left);
    const strange = chosen.find((row) => !inPool.has(row));
    if (strange !== undefined) {
      throw new OptionError(
        'chooseTraining',
        `chose row ${strange}, which isn't in its pool: only rows of it may be`,
      );
    }
    await parts.ask(chosen);
    training = joined(training, chosen);
  }
  parts.end();
  return training;
}

function joined(some: Int32Array, others: Int32Array): Int32Array {
  return Int32Array.from([...some, ...others]);
}
