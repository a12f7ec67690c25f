import {
  type Block,
  type BlockRows,
  bytesOfRows,
  countRows,
  entries,
  pick,
  readRows,
  wholeRows,
} from '../../data/blocks/index.js';
import { MemoryLimitError } from '../../errors.js';
import { isOutOfMemory } from '../../util/outOfMemory.js';
import {
  type Ensemble,
  type FitContext,
  isEnsemble,
  type Learner,
  type Model,
  recipeOf,
  scoreInto,
  type TrainingSet,
} from '../learners/index.js';

/** Numbers that models are fitted to, for all rows of a problem. */
export interface UnitTargets {
  /** The class of each row, or its number. */
  readonly truth: Float64Array;
  /** rows x classes: distributions, if these are fitted instead. */
  readonly soft?: Float64Array | undefined;
  /** One a class; 1 for regression. */
  readonly width: number;
}

/** Rows that a model scores once it is fitted. */
export interface UnitScores {
  readonly blocks: readonly BlockRows[];
  /** For each of the results the rounds that are run; null for the whole model. */
  readonly rounds: readonly (number | null)[];
}

/** A fit by itself: nothing that it reads changes, and its result depends on nothing else. */
export interface FitUnit {
  readonly learner: Learner;
  /** What the blocks are called. */
  readonly features: readonly string[];
  /** The rows that are fitted on, one block a feature. */
  readonly blocks: readonly BlockRows[];
  readonly targets: UnitTargets;
  /** The rows' positions among the targets. */
  readonly rows: Int32Array;
  readonly seed: number;
  readonly score?: UnitScores | undefined;
  /** Whether the model is part of the result, or only its scores are. */
  readonly keeps: boolean;
  /** What it is fitted for, in a word or two: who follows a job's fits is told. */
  readonly why?: string | undefined;
}

/** The fitted model, if it is kept, and its scores, rows x classes, one for each of `score.rounds`. */
export interface UnitResult {
  readonly model: Model | undefined;
  readonly scores: readonly Float64Array[];
  /** What it took where it was done; 0 where it was done before. */
  readonly seconds: number;
}

/** Does a unit on this thread. */
export async function fitUnit(unit: FitUnit, context: Omit<FitContext, 'seed'>): Promise<UnitResult> {
  const start = performance.now();
  try {
    // Learners of users may write to their rows.
    const blocks = recipeOf(unit.learner) === undefined ? unit.blocks : unit.blocks.map(wholeRows);
    const model = await unit.learner.fit(trainingSet({ ...unit, blocks }), { ...context, seed: unit.seed });
    const scores = unit.score ? await scoresBy(model, unit.score) : [];
    const seconds = (performance.now() - start) / 1_000;
    return { model: unit.keeps ? model : undefined, scores, seconds };
  } catch (error) {
    throw isOutOfMemory(error) ? outOfMemory(unit, error) : error;
  }
}

/** The rows of a unit, as its learner gets them. */
export function trainingSet({
  features,
  blocks,
  targets,
  rows,
}: Pick<FitUnit, 'features' | 'blocks' | 'targets' | 'rows'>): TrainingSet {
  const { truth, soft, width } = targets;
  const set = { features, blocks: blocks.map(readRows), rows: rows.length, classes: width };
  if (width === 1) {
    return { ...set, labels: new Int32Array(0), values: Float64Array.from(rows, (row) => truth[row]) };
  }
  const labels = Int32Array.from(rows, (row) => truth[row]);
  return { ...set, labels, ...(soft && { soft: pick(soft, rows, width) }) };
}

async function scoresBy(model: Model, { blocks, rounds }: UnitScores): Promise<Float64Array[]> {
  const rows = countRows(blocks[0]);
  const read = blocks.map(readRows);
  if (isEnsemble(model)) return scoresAfter(model, read, rows, rounds);
  const scores = new Float64Array(rows * model.classes);
  await scoreInto(model, read, scores);
  return rounds.map((_, i) => (i === 0 ? scores : scores.slice()));
}

/** The scores of an ensemble after each of these numbers of rounds: no round runs twice. */
function scoresAfter(
  model: Ensemble,
  blocks: readonly Block[],
  rows: number,
  rounds: readonly (number | null)[],
): Float64Array[] {
  const ends = rounds.map((some) => Math.min(some ?? model.rounds, model.rounds));
  const scores = ends.map(() => new Float64Array(rows * model.classes));
  const sums = new Float64Array(rows * model.sums);
  model.begin(rows, sums);
  let done = 0;
  for (const i of [...ends.keys()].sort((a, b) => ends[a] - ends[b])) {
    model.advance(blocks, sums, done, ends[i]);
    done = ends[i];
    model.conclude(rows, sums, scores[i]);
  }
  return scores;
}

/** Bytes a row and class: targets, margins, derivatives and a line search's trial. */
const WORKING = 6 * 8;

/**
 * Bytes that a unit takes while it runs, roughly: copies of its rows, as much once more for the
 * learner's own form of them, and some numbers for each row and class.
 */
export function bytesOfUnit({ blocks, rows, targets, score }: FitUnit): number {
  const fitted = blocks.reduce((sum, block) => sum + bytesOfRows(block), 0);
  const scored = score?.blocks.reduce((sum, block) => sum + bytesOfRows(block), 0) ?? 0;
  return Math.ceil(2 * fitted + scored + WORKING * rows.length * targets.width);
}

/** The seconds that a unit takes at least, where its fit can't be cut; 0 for others. */
export function leastSeconds(unit: FitUnit): number {
  const { pace } = unit.learner;
  return pace === undefined ? 0 : workOfUnit(unit) / pace;
}

/** Multiplications of a unit's fit, roughly. */
export function workOfUnit({ learner, blocks, rows, targets }: FitUnit): number {
  const shape = { rows: rows.length, columns: 0, dense: 0, entries: 0, classes: targets.width };
  for (const { block } of blocks) {
    shape.columns += block.columns;
    if (block.kind === 'dense') shape.dense += block.columns;
    shape.entries += (entries(block) * rows.length) / block.rows;
  }
  return learner.work(shape);
}

/** The size of a unit, in words. */
export function sizeOfUnit({ learner, blocks, rows }: FitUnit): string {
  const columns = blocks.reduce((sum, { block }) => sum + block.columns, 0);
  return `a fit of ${learner.name} to ${rows.length} rows x ${columns} columns`;
}

function outOfMemory(unit: FitUnit, cause: RangeError): MemoryLimitError {
  const needed = bytesOfUnit(unit);
  return new MemoryLimitError(
    needed,
    Number.NaN,
    `${sizeOfUnit(unit)} takes about ${megabytes(needed)}, and there is no more memory. Give fewer rows or features of ` +
      'fewer columns, or fewer threads',
    { cause },
  );
}

export function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
