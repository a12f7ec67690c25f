import {
  type Block,
  type BlockRows,
  entries,
  isRowBlock,
  readRows,
  selectRows,
} from '../../lib/data/blocks/index.js';
import { Rows } from '../../lib/data/rows/index.js';
import { FeatureError, ModelError, SpillwayError } from '../../lib/errors.js';
import { type Fits, openFits, type UnitResult, type UnitScores } from '../../lib/learn/fits/index.js';
import {
  type FitContext,
  type FitShape,
  type Learner,
  type Model,
  recipeOf,
  scoreInto,
} from '../../lib/learn/learners/index.js';
import { count } from '../../lib/util/count.js';
import { errorText } from '../../lib/util/errorText.js';
import { blaming, type PricedRequests, readAhead, scoring } from '../scoring/index.js';
import type { FittedRound } from './fitRounds.js';

/**
 * The targets of models, for all rows: classes, or distributions if another model's answers are the
 * target; values for regression.
 */
export interface Targets {
  /** The class of each row, or its number. */
  readonly truth: Float64Array;
  /** rows x classes. */
  readonly soft?: Float64Array | undefined;
  /** One a class; 1 for regression. */
  readonly width: number;
  /** The rows' positions among those that the user gave, for errors. @defaultValue the positions here */
  readonly origin?: Int32Array | undefined;
}

/** Features that a model reads: their positions among all, and their names. */
export interface Reads {
  readonly positions: readonly number[];
  readonly features: readonly string[];
}

/** The circumstances of fits, and where they run. */
export interface FitSettings extends FitContext {
  /** @defaultValue this thread, one after the other */
  readonly fits?: Fits | undefined;
  /** What the fits are for. */
  readonly why?: string | undefined;
}

/**
 * Fits a model to rows.
 *
 * @param features names of the blocks
 * @param blocks the blocks of `rows`, in that order
 * @param targets of all rows, by position
 */
export async function fitOn(
  learner: Learner,
  features: readonly string[],
  blocks: readonly BlockRows[],
  targets: Targets,
  rows: Int32Array,
  settings: FitSettings,
): Promise<Model> {
  return modelOf(await fitAndScore(learner, features, blocks, targets, rows, settings, undefined, true));
}

async function fitAndScore(
  learner: Learner,
  features: readonly string[],
  blocks: readonly BlockRows[],
  targets: Targets,
  rows: Int32Array,
  { fits, seed, signal, onProgress, why }: FitSettings,
  score: UnitScores | undefined,
  keeps: boolean,
): Promise<UnitResult> {
  const { truth, soft, width } = targets;
  const unit = { learner, features, blocks, targets: { truth, soft, width }, rows, seed, score, keeps, why };
  const run = () => (fits ?? openFits({ signal })).run(unit, onProgress);
  try {
    return await withOrigin(rows, targets, run);
  } catch (error) {
    if (error instanceof SpillwayError || signal?.aborted || recipeOf(learner) !== undefined) throw error;
    const what = `it could not be fitted to ${count(rows.length)} rows of ${features.join(', ')}`;
    throw new ModelError(learner.name, `${what}: ${errorText(error)}`, { cause: error });
  }
}

/** Errors of learners name rows by their positions in a training set: here they get those that the user knows. */
export async function withOrigin<Result>(
  rows: Int32Array,
  { origin }: Targets,
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof FeatureError) || error.row === undefined) throw error;
    const row = rows[error.row];
    throw error.of(error.feature, origin === undefined ? row : origin[row]);
  }
}

function modelOf({ model }: UnitResult): Model {
  if (model === undefined) throw new TypeError('this fit keeps no model');
  return model;
}

/** A model, rows that it hasn't seen, and their blocks, one a feature that it reads. */
export interface HeldOut {
  readonly model: Model;
  readonly rows: Int32Array;
  readonly blocks: readonly BlockRows[];
}

/**
 * Fits a model on each round's rows, to score the round's others, as exactly as comparisons need. All
 * fits may run at once.
 *
 * @param reads positions of the features that the model reads, and what those are called
 * @param among where given, only these rows are fitted on
 */
export async function crossFit(
  learner: Learner,
  reads: Reads,
  targets: Targets,
  rounds: readonly FittedRound[],
  settings: FitSettings,
  among?: ReadonlySet<number>,
): Promise<HeldOut[]> {
  const results = await fitRoundwise(learner, reads, targets, rounds, settings, among, undefined, true);
  return results.map((result, r) => {
    const { score: rows, blocks } = rounds[r];
    return { model: modelOf(result), rows, blocks: reads.positions.map((f) => blocks.score[f]) };
  });
}

/**
 * The scores of all rows by models of {@link crossFit} that haven't seen them. The models aren't
 * kept.
 *
 * @param prefixes rounds after which an ensemble's scores are wanted; null for a whole model
 * @param count of all rows
 * @returns for each of `prefixes` rows x classes, NaN for rows that no model scores
 */
export async function crossScores(
  learner: Learner,
  reads: Reads,
  targets: Targets,
  rounds: readonly FittedRound[],
  settings: FitSettings,
  among: ReadonlySet<number> | undefined,
  prefixes: readonly (number | null)[],
  count: number,
): Promise<Float64Array[]> {
  const results = await fitRoundwise(learner, reads, targets, rounds, settings, among, prefixes, false);
  return prefixes.map((_, p) => {
    const scores = new Float64Array(count * targets.width).fill(Number.NaN);
    for (let r = 0; r < rounds.length; r++)
      place(results[r].scores[p], rounds[r].score, targets.width, scores);
    return scores;
  });
}

async function fitRoundwise(
  learner: Learner,
  { positions, features }: Reads,
  targets: Targets,
  rounds: readonly FittedRound[],
  { fits, ...context }: FitSettings,
  among: ReadonlySet<number> | undefined,
  prefixes: readonly (number | null)[] | undefined,
  keeps: boolean,
): Promise<UnitResult[]> {
  const own = fits === undefined ? openFits({ signal: context.signal }) : undefined;
  const progress = sharesOf(rounds.length, context.onProgress);
  const compared = learner.rough?.() ?? learner;
  const units = rounds.map(({ fit, blocks }, r) => {
    const kept = among && Int32Array.from(fit.keys()).filter((i) => among.has(fit[i]));
    const fitBlocks = positions.map((f) => (kept ? selectRows(blocks.fit[f], kept) : blocks.fit[f]));
    const fitRows = kept ? kept.map((i) => fit[i]) : fit;
    const scored = prefixes && { blocks: positions.map((f) => blocks.score[f]), rounds: prefixes };
    const settings = { ...context, fits: fits ?? own, onProgress: progress[r] };
    return fitAndScore(compared, features, fitBlocks, targets, fitRows, settings, scored, keeps);
  });
  try {
    return await Promise.all(units);
  } catch (error) {
    own?.end(error);
    throw error;
  }
}

/** Listeners to parts of equal size, of which one listener hears as of a whole. */
function sharesOf(
  parts: number,
  onProgress: ((share: number) => void) | undefined,
): (((share: number) => void) | undefined)[] {
  const shares = new Float64Array(parts);
  return Array.from({ length: parts }, (_, part) => {
    return (
      onProgress &&
      ((share: number) => {
        shares[part] = share;
        onProgress(shares.reduce((sum, each) => sum + each, 0) / parts);
      })
    );
  });
}

/** Writes a model's scores of some rows to their places among all rows' scores. */
function place(some: Float64Array, rows: Int32Array, classes: number, scores: Float64Array): void {
  for (let i = 0; i < rows.length; i++) {
    for (let c = 0; c < classes; c++) scores[rows[i] * classes + c] = some[i * classes + c];
  }
}

/**
 * Scores all rows that models haven't seen.
 *
 * @returns rows x the models' classes over `rows` rows, NaN for those that no model scores
 */
export async function heldOutScores(
  held: readonly HeldOut[],
  rows: number,
  requests?: PricedRequests,
): Promise<Float64Array> {
  const { classes } = held[0].model;
  const scores = new Float64Array(rows * classes).fill(Number.NaN);
  for (const { model, rows: own, blocks } of held) {
    const out = new Float64Array(own.length * classes);
    requests?.model(model, own.length);
    const read = blocks.map(readRows);
    await blaming(
      (row) => own[row],
      async () => {
        const [first] = read;
        if (first !== undefined && isRowBlock(first))
          await readAhead(model, Rows.of(first.held), { requests });
        await scoreInto(model, read, out, scoring(model, { requests }));
      },
    );
    place(out, own, classes, scores);
  }
  return scores;
}

/** The size of a fit to `rows` of the blocks' rows. */
export function fitShape(blocks: readonly Block[], rows: number, classes: number): FitShape {
  const share = rows / blocks[0].rows;
  return {
    rows,
    classes,
    columns: blocks.reduce((sum, block) => sum + block.columns, 0),
    dense: blocks.reduce((sum, block) => sum + (block.kind === 'dense' ? block.columns : 0), 0),
    entries: blocks.reduce((sum, block) => sum + entries(block), 0) * share,
  };
}
