import { logisticRegression } from 'spillway';
import { fromRows } from 'spillway/full';
import { random } from '../../lib/stats/index.js';
import { AnswerBook } from '../../llm/answerBook.js';
import { askHardRows } from '../../llm/hardRows.js';
import { PILOT } from '../../llm/options.js';
import { RowBudget } from '../../llm/rowBudget.js';
import { studentChoice } from '../../llm/studentChoice.js';
import { askTraining, drawPilot, drawPool } from '../../llm/training.js';
import { type Asked, askedAbout } from './asked.js';
import type { AnsweredCorpus, AskedText } from './corpora.js';
import { featuresFor } from './student.js';

/** The rows that `mapRows` asks about before its search, by its own functions. */

/** Rows that are asked about by plan: the pilot, others at random, and as many that a student knows least of. */
export async function trainedAsMapped(corpus: AnsweredCorpus, seed: number): Promise<Int32Array> {
  const { rows, training } = corpus;
  const draw = random(seed).fork('map');
  const { book, features, learner, width } = await tableOf(corpus);
  const pilot = drawPilot(rows.length, PILOT, draw);
  const pool = drawPool(rows.length, pilot, training, false, draw);
  await book.ask(pilot);
  const choose = studentChoice(features, learner, width);
  const plan = { pilot, pool, count: training };
  return askTraining({ rows, book, choose }, plan, {}, draw.fork('training'));
}

/** After that, rows that no likely plan lets out. @param trained of {@link trainedAsMapped} */
export async function askedAsMapped(
  corpus: AnsweredCorpus,
  trained: Int32Array,
  claim: { readonly epsilon: number; readonly delta: number },
  seed: number,
): Promise<Asked> {
  const table = await tableOf(corpus);
  await table.book.ask(trained);
  const all = Int32Array.from(corpus.rows.keys());
  const limits = { pool: all, most: Number.POSITIVE_INFINITY };
  const draw = random(seed).fork('map').fork('hard rows');
  const known = await askHardRows({ ...table, claim }, trained, limits, {}, draw);
  return askedAbout(
    corpus,
    known,
    all.filter((row) => !table.book.knows(row)),
    seed,
  );
}

/** The model that recorded the answers; each row is a question of its own, as it is to the other methods. */
async function tableOf({ rows, labels }: AnsweredCorpus) {
  const places = new Map(rows.map((row, place) => [row, place]));
  const full = await fromRows({
    name: 'recorded',
    labels,
    price: 1,
    score: (some: readonly AskedText[]) => some.map(({ said }) => said),
  });
  const budget = new RowBudget(undefined, 1, undefined, { isUsed: false, share: 0.5 });
  const book = new AnswerBook(rows, full, { kind: 'argmax' }, (row) => places.get(row), budget);
  return { rows, book, features: featuresFor(rows), learner: logisticRegression(), width: labels.length };
}
