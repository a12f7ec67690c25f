import { type Label, testOfStage } from '../cascades/internal.js';
import type { FeatureSet } from '../lib/features/define/index.js';
import { chooseRows } from '../lib/learn/choosing/index.js';
import type { Learner } from '../lib/learn/learners/index.js';
import type { Random } from '../lib/stats/index.js';
import type { AnswerBook, AskRound } from './answerBook.js';
import { AskedInParts } from './askedInParts.js';
import { teach } from './student.js';

/** A table in part asked about, and what a student reads. */
export interface HardRows<Row, L extends Label> {
  readonly rows: readonly Row[];
  readonly book: AnswerBook<Row, L>;
  readonly features: FeatureSet<Row>;
  readonly learner: Learner;
  /** Classes of the model. */
  readonly width: number;
  /** What is to be kept over the whole table. */
  readonly claim: { readonly epsilon: number; readonly delta: number };
}

const ROUNDS = 3;
/** Of the rows that no plan lets out, the share that a round asks about. */
const SHARE = 0.5;
/** Fewer rows, as a share of the pool, teach too little to train anew; and so few aren't worth a batch. */
const FEWEST = { share: 0.02, rows: 50 };

/**
 * Before the sample: rows that no plan lets out which is likely to pass are asked about in any case, or nearly. So a student
 * may as well learn from them first, half of them at a time; it is a learner by itself, so that there is one search at the
 * end. The sample is drawn from rows that weren't asked about: docs/decisions/150-hard-rows-teach-first.md.
 *
 * @param trained positions of the rows that were asked about to train on
 * @param pool positions of the rows that may be asked about before the sample
 * @param most how many of them at most
 * @returns all rows to train on
 */
export async function askHardRows<Row, L extends Label>(
  { rows, book, features, learner, width, claim }: HardRows<Row, L>,
  trained: Int32Array,
  { pool, most }: { readonly pool: Int32Array; readonly most: number },
  round: AskRound,
  random: Random,
): Promise<Int32Array> {
  const { signal } = round;
  const allowed = Math.floor(claim.epsilon * rows.length);
  const least = Math.max(FEWEST.rows, FEWEST.share * pool.length);
  const parts = new AskedInParts(book, round, Math.min(most, pool.length));
  let known = trained;
  for (let turn = 0; turn < ROUNDS; turn++) {
    const left = pool.filter((row) => !book.knows(row));
    const may = most - (known.length - trained.length);
    const countOf = (hard: number) => Math.min(Math.round(SHARE * hard), may);
    // Not even if all were hard: then nobody need be taught.
    if (countOf(left.length) < least) break;
    const read = known.filter((row) => !Number.isNaN(book.answerOf(row)));
    const classes = Int32Array.from(read, (row) => book.answerOf(row));
    const lesson = { rows: Array.from(read, (row) => rows[row]), classes, width, soft: book.saidOf(read) };
    const others = Array.from(left, (row) => rows[row]);
    const student = await teach({ features, learner, signal }, lesson, others, random.fork(`folds ${turn}`));
    const rest = rows.reduce((count, _, row) => count + Number(!book.knows(row)), 0);
    const { closed } = testOfStage({
      classes: width,
      ...student,
      batch: { rows: rest, allowed, delta: claim.delta },
    });
    const count = countOf(closed.length);
    if (count < least) break;
    const chosen = chooseRows({
      scores: student.scores,
      classes: width,
      candidates: closed,
      count,
      random: random.fork(`turn ${turn}`),
    }).map((place) => left[place]);
    await parts.ask(chosen);
    known = Int32Array.from([...known, ...chosen]);
  }
  if (known.length > trained.length) parts.end();
  return known;
}
