import type { Label } from '../cascades/index.js';
import { OptionError } from '../lib/errors.js';
import { type Random, sample } from '../lib/stats/index.js';
import type { AnswerBook, AskRound } from './answerBook.js';

/** What whoever chooses the next rows to train on is told. */
export interface TrainingChoice<Row> {
  readonly rows: readonly Row[];
  /** Positions of the rows that may be chosen: a simple random part of the table, without those that were asked about. */
  readonly pool: Int32Array;
  /** Positions of the rows that were asked about, and the classes that the model gave them. */
  readonly asked: Int32Array;
  readonly classes: Int32Array;
  /** How many to choose. */
  readonly count: number;
  readonly random: Random;
  readonly signal: AbortSignal | undefined;
}

/**
 * Chooses which rows to train on next, by what a student of those before doesn't know yet. Only rows of a random pool may
 * be chosen: the others stay a simple random sample of the table, for a promise about new rows.
 *
 * @returns positions of `count` rows of the pool
 */
export type ChooseTraining<Row> = (choice: TrainingChoice<Row>) => Int32Array | Promise<Int32Array>;

/** Rows of the pool for each row to be chosen. */
const POOL = 4;
/** Rounds of choosing: each knows the answers of those before. */
const ROUNDS = 3;

/** Draws the pilot. */
export function drawPilot(rows: number, pilot: number, random: Random): Int32Array {
  return sample(rows, Math.min(rows, pilot), random.fork('pilot'));
}

/** The rows that training rows may be chosen from: those drawn at random, or a larger pool of which some are chosen. */
export function drawPool(
  rows: number,
  pilot: Int32Array,
  training: number,
  isChosen: boolean,
  random: Random,
): Int32Array {
  const isPilot = new Set(pilot);
  const others = Int32Array.from({ length: rows }, (_, row) => row).filter((row) => !isPilot.has(row));
  const more = Math.max(0, training - pilot.length);
  const count = Math.min(others.length, isChosen ? POOL * more : more);
  return sample(others.length, count, random.fork('pool')).map((place) => others[place]);
}

/** Asks about the rows to train on: the pilot's, and as many more of the pool as make up `count`. @returns all of them */
export async function askTraining<Row, L extends Label>(
  {
    rows,
    book,
    choose,
  }: {
    readonly rows: readonly Row[];
    readonly book: AnswerBook<Row, L>;
    readonly choose: ChooseTraining<Row> | undefined;
  },
  { pilot, pool, count }: { readonly pilot: Int32Array; readonly pool: Int32Array; readonly count: number },
  round: AskRound,
  random: Random,
): Promise<Int32Array> {
  if (choose === undefined) {
    await book.ask(pool, round);
    return joined(pilot, pool);
  }
  let training = pilot;
  let left = pool;
  const each = Math.ceil(Math.max(0, count - pilot.length) / ROUNDS);
  for (let turn = 0; turn < ROUNDS && training.length < count; turn++) {
    const chosen = await choose({
      rows,
      pool: left,
      asked: training,
      classes: Int32Array.from(training, (row) => book.answerOf(row)),
      count: Math.min(each, count - training.length, left.length),
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
    await book.ask(chosen, round);
    training = joined(training, chosen);
    const isChosen = new Set(chosen);
    left = left.filter((row) => !isChosen.has(row));
  }
  return training;
}

function joined(some: Int32Array, others: Int32Array): Int32Array {
  return Int32Array.from([...some, ...others]);
}
