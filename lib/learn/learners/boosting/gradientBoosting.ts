import { DataError } from '../../../errors.js';
import { log2 } from '../../../util/math/index.js';
import type { State } from '../../../util/state.js';
import { repeated } from '../../kernels/index.js';
import type { FitContext, FitShape, Learner, TrainingSet } from '../learner.js';
import { fixedCopy, recipeOf, withRecipe } from '../recipe.js';
import { checkShapes } from '../targets.js';
import { BINS_A_LEAF } from './bins.js';
import { boost } from './boost.js';
import { type BoostedModel, boostedModel, loadBoostedModel, SMALL_BOOSTING } from './model.js';
import { type BoostingOptions, type CheckedBoostingOptions, checkedBoostingOptions } from './options.js';
import { boostingLoss, isClassification, outputsOf } from './target.js';

/** A gradient boosting learner; its models are {@link BoostedModel}s. */
export interface BoostingLearner extends Learner {
  readonly task: 'classification' | 'regression';
  fit(set: TrainingSet, context: FitContext): Promise<BoostedModel>;
  load(state: State): BoostedModel;
}

const NAME = 'gradient-boosting';

/**
 * Gradient-boosted trees: of two classes or more, of numbers (squared, absolute, quantile), or to rank the rows of
 * queries (pairwise, listwise), on dense and sparse blocks together; a sparse block's columns are read as if its zeros
 * were stored, but never made dense.
 *
 * Columns are cut into at most 255 bins once, and divisions are found from histograms of the loss's first and second
 * derivatives (Ke et al., LightGBM, NeurIPS 2017; Chen and Guestrin, XGBoost, KDD 2016). Derivatives are rounded to
 * whole multiples of a small unit, so that sums are exact: the same rows in another order, or in sparse instead of
 * dense blocks, give the same trees, bit for bit.
 *
 * NaN is a missing value: it goes to the side that gains more, or, if training had none, to the
 * side with most rows. A class without rows gets probability 0. Ranking models return values that
 * order the rows of one query; they can't be compared between queries.
 *
 * `fit` is deterministic for a seed, which it needs only for sampling and early stopping. It throws a DataError for
 * rows of a single class, targets that aren't any, and categories that aren't whole numbers from 0 to 254.
 *
 * ```ts
 * const learner = gradientBoosting({ rounds: 200, earlyStopping: { heldOut: 0.1 } });
 * const model = await learner.fit({ blocks, rows, classes: 2, labels }, { seed: 1 });
 * const scores = new Float64Array(rows * 2);
 * model.score(blocks, scores);
 * ```
 *
 * @throws OptionError for options that are unknown or out of range
 */
export function gradientBoosting(options: BoostingOptions = {}): BoostingLearner {
  const checked = checkedBoostingOptions(options);
  const isRegression = !isClassification(checked.loss);
  // With early stopping each fit has a number of its own.
  const rounds = checked.earlyStopping === false ? checked.rounds : undefined;
  const own: BoostingLearner = {
    name: NAME,
    task: isRegression ? 'regression' : 'classification',
    missing: true,
    mentions: { categorical: Object.keys(checked.categorical), monotone: Object.keys(checked.monotone) },
    work: (shape) => workOf(shape, checked),
    lighter() {
      return fixedCopy(this, learner, gradientBoosting(lighterOptions(options, checked)));
    },
    probe() {
      return fixedCopy(this, learner, repeating(options, checked));
    },
    async fit(set, context) {
      context.signal?.throwIfAborted();
      checkShapes(set);
      const loss = boostingLoss(set, checked);
      if (loss.outputs > 1 && Object.keys(checked.monotone).length > 0) {
        throw new DataError(`monotone has no meaning for ${loss.outputs} classes: expected two, or numbers`);
      }
      return boostedModel(NAME, {
        classes: isRegression ? 1 : set.classes,
        columns: set.blocks.map((block) => block.columns),
        ...(await boost(set, loss, checked, context)),
      });
    },
    load: (state) => loadBoostedModel(NAME, state),
  };
  const learner = withRecipe(own, { kind: NAME, options, rounds });
  return learner;
}

/** Bins of a column that tell good subsets from bad ones: searches for divisions take a quarter. */
const FEW_BINS = 64;

/** A quarter of the rounds, and fewer bins. */
function lighterOptions(
  options: BoostingOptions,
  { rounds, learningRate, maxBins }: CheckedBoostingOptions,
): BoostingOptions {
  const fewer = Math.min(rounds, Math.max(8, Math.ceil(rounds / 4)));
  return { ...options, ...inFewer(fewer, { rounds, learningRate }), maxBins: Math.min(maxBins, FEW_BINS) };
}

/** Fewer rounds, with steps that make up for them as far as larger ones still learn well. */
function inFewer(
  fewer: number,
  { rounds, learningRate }: Pick<CheckedBoostingOptions, 'rounds' | 'learningRate'>,
) {
  return {
    rounds: fewer,
    learningRate: Math.min((learningRate * rounds) / fewer, Math.max(learningRate, 0.3)),
  };
}

const [SMALL_ROUNDS, SMALL_LEAVES] = [20, 8];

/**
 * Boosted trees in a small size, of a name of their own: for stages before the models that the learner fits.
 *
 * They take at most 20 rounds of 8 leaves. Their steps are as much longer as rounds are fewer, up to .3.
 *
 * @returns undefined for other learners, also copies that a user has changed, and for trees that are that small already
 */
export function smaller(learner: Learner): Learner | undefined {
  const recipe = recipeOf(learner);
  if (recipe?.kind !== NAME || learner.reads || learner.missing !== true) return undefined;
  const checked = checkedBoostingOptions(recipe.options);
  const { loss, rounds, maxDepth } = checked;
  if (!isClassification(loss) && loss !== 'squared' && loss !== 'absolute') return undefined;
  const most = Math.min(checked.maxLeaves, 2 ** maxDepth);
  const [fewer, maxLeaves] = [Math.min(rounds, SMALL_ROUNDS), Math.min(most, SMALL_LEAVES)];
  if (fewer === rounds && maxLeaves === most) return undefined;
  const options = { ...recipe.options, ...inFewer(fewer, checked), maxLeaves };
  return { ...gradientBoosting(options), name: SMALL_BOOSTING };
}

/** A learner of the lighter form's trees, repeated until they are as many as those of all rounds. */
function repeating(options: BoostingOptions, checked: CheckedBoostingOptions): BoostingLearner {
  const lighter = lighterOptions(options, checked);
  const learner = gradientBoosting(lighter);
  const times = checked.rounds / (lighter.rounds ?? checked.rounds);
  return {
    ...learner,
    async fit(set, context) {
      const { forest, ...model } = await learner.fit(set, context);
      // With early stopping there may be fewer rounds than asked for, or none.
      const rounds = Math.round((times * forest.roots.length) / forest.outputs);
      return boostedModel(NAME, { ...model, forest: repeated(forest, rounds * forest.outputs) });
    },
  };
}

/**
 * Multiplications, about 2 ns each, by 80 fits that were timed (`npm run -s bench -- tuning --cases work`): of a number in
 * dense and in sparse blocks, of a row in each level of a tree, of a bin and a leaf; of putting a number into its bin;
 * of drawing a row.
 */
const COST = { dense: 0.7, sparse: 0.4, row: 3.7, bin: 2, leaf: 2_400, binning: 35, draw: 30 };

/**
 * Each level of a tree reads at most half of the entries: the other half's histograms come by
 * subtraction. Few columns aren't free: derivatives of rows and the bookkeeping of leaves remain.
 * A sparse column has no more bins than its numbers other than 0 fill, and most have one or two. Few
 * rows fill few leaves.
 */
function workOf(
  { rows, columns, entries, classes, dense = entries >= rows * columns ? columns : 0 }: FitShape,
  { rounds, loss, maxLeaves, maxDepth, maxBins, minRows, rowSample, columnSample }: CheckedBoostingOptions,
): number {
  const most = Math.max(1, Math.min(maxLeaves, (rowSample * rows) / minRows));
  const levels = Math.min(maxDepth, Math.ceil(log2(most)));
  const leaves = Math.min(most, 2 ** levels);
  const numbers = dense * rows;
  const stored = Math.max(0, entries - numbers);
  const bins = (wide: number, filled: number) => Math.min(wide * maxBins, (BINS_A_LEAF * filled) / minRows);
  const read = columnSample * rowSample * (COST.dense * numbers + COST.sparse * stored) + COST.row * rows;
  const searched = columnSample * COST.bin * (bins(dense, numbers) + bins(columns - dense, stored));
  const trees = rounds * outputsOf(loss, classes);
  const drawing = rowSample < 1 ? COST.draw * rounds * rows : 0;
  return (
    trees * (read * (1 + levels / 2) + leaves * (searched + COST.leaf)) + drawing + COST.binning * entries
  );
}
