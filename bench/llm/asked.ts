import type { StageEvidence } from '../../cascades/chain/index.js';
import { random } from '../../lib/stats/index.js';
import type { Student } from '../../llm/student.js';
import type { AnsweredCorpus } from './corpora.js';
import type { Batch } from './draw.js';
import { trainStudent, wordsAlone } from './student.js';

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
