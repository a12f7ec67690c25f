import type { StageEvidence } from '../../cascades/chain/index.js';
import { chooseRows } from '../../lib/learn/choosing/index.js';
import { random } from '../../lib/stats/index.js';
import type { AnsweredCorpus } from './corpora.js';
import { type Batch, count, type Draw } from './draw.js';
import { ourDraw, ourTest } from './ours.js';
import { type Student, trainStudent, wordsAlone } from './student.js';

/** A corpus in part asked about: which rows are known, which aren't, and the student of the known ones. */
export interface Asked {
  readonly corpus: AnsweredCorpus;
  readonly known: Int32Array;
  readonly others: Int32Array;
  readonly student: Student;
}

export async function askedAbout(
  corpus: AnsweredCorpus,
  known: Int32Array,
  others: Int32Array,
  seed: number,
): Promise<Asked> {
  const take = (rows: Int32Array) => Array.from(rows, (row) => corpus.rows[row]);
  const classes = corpus.labels.length;
  const student = await trainStudent({ known: take(known), others: take(others), classes, seed });
  return { corpus, known, others, student };
}

/** What a student says who knows the words alone: a cheaper source of answers. */
export async function byWordsAlone({ corpus, known, others }: Asked, seed: number): Promise<StageEvidence> {
  const take = (rows: Int32Array) => Array.from(rows, (row) => corpus.rows[row]);
  const student = await trainStudent({
    known: take(known),
    others: take(others),
    classes: corpus.labels.length,
    seed,
    features: wordsAlone,
  });
  return student.others;
}

/** The rows to train on drawn at random: the order of a seed is cut. */
export function trainedAtRandom(corpus: AnsweredCorpus, seed: number): Promise<Asked> {
  const order = orderOf(corpus, seed);
  return askedAbout(corpus, order.slice(0, corpus.training), order.slice(corpus.training), seed);
}

export function orderOf(corpus: AnsweredCorpus, seed: number | string): Int32Array {
  const order = Int32Array.from(corpus.rows.keys());
  random(seed).fork('bench llm order').shuffle(order);
  return order;
}

/** The promise is about the whole table: rows that were asked about are right. */
export function batchOf({ corpus, others, student }: Asked, epsilon: number, delta: number): Batch {
  return {
    classes: corpus.labels.length,
    known: student.known,
    others: student.others,
    truth: others.map((row) => corpus.rows[row].answer),
    allowed: Math.floor(epsilon * corpus.rows.length),
    delta,
  };
}

/** Asks about more rows, and trains anew. @param chosen positions among the others */
export function askedMore(
  { corpus, known, others }: Asked,
  chosen: Int32Array,
  seed: number,
): Promise<Asked> {
  const isChosen = new Uint8Array(others.length);
  for (const row of chosen) isChosen[row] = 1;
  return askedAbout(
    corpus,
    Int32Array.from([...known, ...others.filter((_, i) => isChosen[i] === 1)]),
    others.filter((_, i) => isChosen[i] === 0),
    seed,
  );
}

/** A draw after rounds of learning. */
export interface LearntDraw {
  /** Rows asked about after the training rows: those of all rounds, of the test, and those left at the end. */
  readonly calls: number;
  readonly drawn: number;
  readonly wrong: number;
  readonly rounds: number;
}

const ROUNDS = 3;
/** Of the rows that no plan lets out, the share that a round asks about. */
const SHARE = 0.5;
/** Fewer rows, as a share of the table, teach too little to train anew. */
const FEWEST = 0.02;

/**
 * Before the sample: rows that no plan lets out which is likely to pass are asked about in any case, or nearly. So the student
 * may as well learn from them first, half of them at a time. The sample is drawn at the end, from rows that weren't asked about.
 *
 * @param draws samples that are drawn at the end, each by itself
 * @returns each draw, its requests those of all rounds
 */
export async function learnThenTest(
  start: Asked,
  epsilon: number,
  delta: number,
  seed: number,
  draws: number,
): Promise<LearntDraw[]> {
  const classes = start.corpus.labels.length;
  let asked = start;
  for (let rounds = 0; ; rounds++) {
    const batch = batchOf(asked, epsilon, delta);
    const test = ourTest(batch);
    const more = Math.round(SHARE * test.closed.length);
    if (rounds === ROUNDS || more < FEWEST * start.others.length) {
      const learnt = start.others.length - asked.others.length;
      return Array.from({ length: draws }, (_, draw) => {
        const { requested, drawn, wrong }: Draw = ourDraw(batch, test, `${seed} ${draw}`);
        return { calls: learnt + count(requested), drawn, wrong, rounds };
      });
    }
    const chosen = chooseRows({
      scores: asked.student.scores,
      classes,
      candidates: test.closed,
      count: more,
      random: random(seed).fork(`round ${rounds}`),
    });
    asked = await askedMore(asked, chosen, seed);
  }
}
