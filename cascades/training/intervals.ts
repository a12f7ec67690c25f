import { mean } from 'simple-statistics';
import { type Block, pick, readRows } from '../../lib/data/blocks/index.js';
import { fitLogLinear, intervalModel, type LogLinear } from '../../lib/learn/exits/index.js';
import { type Learner, type Model, scoreInto } from '../../lib/learn/learners/index.js';
import { exp, log } from '../../lib/util/math/index.js';
import { crossScores, type FitSettings, fitOn, type Reads, type Targets } from './crossfit.js';
import type { FittedRound } from './fitRounds.js';

/** The data for learning a regression stage's error: its answers to rows that its models hadn't seen. */
export interface StageErrors {
  readonly learner: Learner;
  /** The features that the stage reads. */
  readonly reads: Reads;
  /** The stage's answers and the full model's to `rows`. */
  readonly answers: Float64Array;
  readonly full: Float64Array;
  readonly rows: Int32Array;
  /** The number of all rows, of which `rows` are some. */
  readonly count: number;
  /** If given, only these rows are fitted on. */
  readonly among: ReadonlySet<number> | undefined;
  /** The scale of errors: a millionth of it counts as none. */
  readonly scale: number;
  readonly context: FitSettings;
}

/** The error expected of each answer, by models that hadn't seen the row. */
export async function heldErrors(stage: StageErrors, rounds: readonly FittedRound[]): Promise<Float64Array> {
  const { learner, reads, rows, context } = stage;
  const among = fittedOn(stage);
  const [scores] = await crossScores(
    learner,
    reads,
    logErrors(stage),
    rounds,
    context,
    among,
    [null],
    stage.count,
  );
  const held = pick(scores, rows, 1);
  const { intercept, slope } = curveOf(stage, held);
  return held.map((log) => exp(intercept + slope * log));
}

/** A stage's model with one of its errors beside it. @param blocks one a feature, over all rows */
export async function withErrors(value: Model, stage: StageErrors, blocks: readonly Block[]): Promise<Model> {
  const { learner, reads, rows, context } = stage;
  const among = fittedOn(stage);
  const kept = rows.filter((row) => among.has(row));
  const read = reads.positions.map((f) => ({ block: blocks[f], rows: kept }));
  const error = await fitOn(learner, reads.features, read, logErrors(stage), kept, context);
  const logs = new Float64Array(kept.length);
  await scoreInto(error, read.map(readRows), logs);
  const at = new Map(Array.from(kept, (row, i) => [row, i]));
  const all = Float64Array.from(rows, (row) => logs[at.get(row) ?? -1]);
  return intervalModel(value, error, curveOf(stage, all));
}

/** The rows whose errors are known: rows without an answer are left out. */
function fittedOn({ answers, rows, among }: StageErrors): ReadonlySet<number> {
  return new Set(rows.filter((row, i) => Number.isFinite(answers[i]) && (among?.has(row) ?? true)));
}

/** Logarithms, so that predictions are above 0 and a few large errors don't dominate. */
function logErrors({ answers, full, rows, count, scale }: StageErrors): Targets {
  const errors = answers.map((answer, i) => Math.abs(answer - full[i]));
  const known = errors.filter(Number.isFinite);
  const least = Math.max(known.length === 0 ? 0 : mean([...known]) / 100, scale / 1e6);
  const truth = new Float64Array(count).fill(Number.NaN);
  rows.forEach((row, i) => {
    if (Number.isFinite(errors[i])) truth[row] = log(Math.max(errors[i], least));
  });
  return { truth, width: 1 };
}

/** How mean errors follow from predicted logarithms, over the rows that have some. */
function curveOf({ answers, full }: StageErrors, logs: Float64Array): LogLinear {
  const rows = Int32Array.from(logs.keys()).filter(
    (i) => Number.isFinite(logs[i]) && Number.isFinite(answers[i]),
  );
  return fitLogLinear(
    Float64Array.from(rows, (i) => logs[i]),
    Float64Array.from(rows, (i) => Math.abs(answers[i] - full[i])),
  );
}
