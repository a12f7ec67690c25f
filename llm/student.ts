import { blocksOf, eachBatch, fitFeatures, type StageEvidence, stageEvidence } from '../cascades/internal.js';
import { gather } from '../lib/data/blocks/index.js';
import { Rows } from '../lib/data/rows/index.js';
import type { FeatureSet } from '../lib/features/define/index.js';
import { classRule } from '../lib/learn/exits/index.js';
import { type Learner, scoreInto } from '../lib/learn/learners/index.js';
import type { Random } from '../lib/stats/index.js';
import { unseenScores } from './unseenScores.js';

/** Rows that a student is taught on. */
export interface Lesson<Row> {
  readonly rows: readonly Row[];
  /** The class that the model gave each. */
  readonly classes: Int32Array;
  /** Classes of the model. */
  readonly width: number;
  /** What the model said of each class, rows x width. @defaultValue the class alone */
  readonly soft?: Float64Array | undefined;
}

/** What a student says of the rows that it was taught on, each by one that hadn't seen it, and of others. */
export interface Student {
  readonly known: StageEvidence;
  readonly others: StageEvidence;
  /** Of the others, rows x width. */
  readonly scores: Float64Array;
}

/** How a student learns. */
export interface Teaching<Row> {
  readonly features: FeatureSet<Row>;
  readonly learner: Learner;
  readonly signal?: AbortSignal | undefined;
}

/** Students of one lesson: one learner by itself, as anyone would write it, without a search and without stages. */
export interface Taught<Row> {
  /** What one who was taught all says of other rows: rows x width. */
  scoresOf(others: readonly Row[]): Promise<Float64Array>;
  /** What is said of the lesson's own rows, each by one who hadn't seen it. */
  heldOut(random: Random): Promise<Float64Array>;
}

export async function taught<Row>(
  { features, learner, signal }: Teaching<Row>,
  { rows, classes, width, soft }: Lesson<Row>,
): Promise<Taught<Row>> {
  const known = Rows.of(rows);
  const fitted = await fitFeatures(features, known, { signal });
  const blocks = await blocksOf(fitted, known, { signal });
  const context = { seed: 0, signal };
  const set = (some: Int32Array) => ({
    blocks: blocks.map((block) => gather(block, some)),
    rows: some.length,
    classes: width,
    labels: some.map((row) => classes[row]),
    features: features.names,
    ...(soft && { soft: rowsOf(soft, width, some) }),
  });
  const all = Int32Array.from(rows.keys());
  const pupil = (await learner.choose?.(set(all), context)) ?? learner;
  return {
    async scoresOf(others) {
      const scores = new Float64Array(others.length * width);
      const model = await pupil.fit(set(all), context);
      await eachBatch(fitted, Rows.of(others), { signal }, (some, from, { length }) =>
        scoreInto(model, some, scores.subarray(from * width, (from + length) * width), { signal }),
      );
      return scores;
    },
    heldOut: (random) =>
      unseenScores({ blocks, classes, width, signal }, (some) => pupil.fit(set(some), context), random),
  };
}

/** Teaches a student, and asks it about its own rows and others, whose losses aren't known, and are 0. */
export async function teach<Row>(
  teaching: Teaching<Row>,
  lesson: Lesson<Row>,
  others: readonly Row[],
  random: Random,
): Promise<Student> {
  const { classes, width } = lesson;
  const students = await taught(teaching, lesson);
  const scores = await students.scoresOf(others);
  const held = await students.heldOut(random);
  const rule = classRule({ kind: 'argmax' });
  return {
    known: stageEvidence((answer, row) => Number(answer !== classes[row]), rule, held, width),
    others: stageEvidence(() => 0, rule, scores.slice(), width),
    scores,
  };
}

function rowsOf(values: Float64Array, width: number, rows: Int32Array): Float64Array {
  const some = new Float64Array(rows.length * width);
  rows.forEach((row, i) => {
    some.set(values.subarray(row * width, (row + 1) * width), i * width);
  });
  return some;
}
