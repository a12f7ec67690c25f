import type { Label } from '../cascades/index.js';
import type { FeatureSet } from '../lib/features/define/index.js';
import type { Learner } from '../lib/learn/learners/index.js';
import type { Random } from '../lib/stats/index.js';
import type { AnswerBook } from './answerBook.js';
import type { AskProgress } from './askProgress.js';
import type { TableClaim } from './certifiedRest.js';
import { type PilotFindings, studentOn } from './forecast/index.js';
import type { RowBudget } from './rowBudget.js';

/** Rows of a request of the pilot: their prices tell how much a row's price varies. */
const CHUNK = 20;
/** The fewest rows of a second class from which a student can learn. */
const LEAST_OTHERS = 5;

/** A pilot that is to be asked. */
export interface Pilot<Row, L extends Label> {
  readonly rows: readonly Row[];
  readonly drawn: Int32Array;
  /** How many of them to ask about twice. */
  readonly twice: number;
  readonly book: AnswerBook<Row, L>;
  readonly budget: RowBudget;
  readonly features: FeatureSet<Row>;
  readonly learner: Learner;
  /** Classes of the model. */
  readonly width: number;
  readonly bound: Pick<TableClaim, 'loss' | 'epsilon' | 'delta'>;
}

/** Asks about the pilot's rows, and looks at what they tell. They train later, and never certify. */
export async function pilotOf<Row, L extends Label>(
  { rows, drawn, twice, book, budget, features, learner, width, bound }: Pilot<Row, L>,
  progress: AskProgress,
  random: Random,
): Promise<PilotFindings> {
  const { signal } = progress;
  await progress.asks('pilot', (round) => book.ask(drawn, round), CHUNK);
  const again = book.firstOf(drawn).subarray(0, twice);
  if (again.length > 0) await progress.asks('pilot', (round) => book.askAgain(again, round), CHUNK);
  const flips = again.filter((row) => book.hasFlipped(row)).length;
  const read = drawn.filter((row) => !Number.isNaN(book.answerOf(row)));
  const classes = Int32Array.from(read, (row) => book.answerOf(row));
  const counts = new Int32Array(width);
  for (const answer of classes) counts[answer]++;
  const others = classes.length - Math.max(...counts);
  const given = Array.from(read, (row) => rows[row]);
  const seen =
    others < LEAST_OTHERS
      ? undefined
      : await studentOn(features, learner, given, classes, width, random.fork('student'), signal);
  return {
    rows: rows.length,
    different: book.different,
    pilot: {
      asked: book.asked,
      unread: drawn.length - read.length,
      twice: again.length,
      flips,
      spent: budget.spent,
      perRow: book.perRow(),
    },
    seen,
    ...bound,
    hoursPerRow: progress.hoursPerRow,
    batchShare: budget.batch.share,
    isBatch: budget.batch.isUsed,
  };
}
