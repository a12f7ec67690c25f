import { gather } from '../../../data/blocks/index.js';
import { type Random, random, sample } from '../../../stats/index.js';
import type { Importer } from '../../../util/packages.js';
import type { State } from '../../../util/state.js';
import type { Forest } from '../../kernels/index.js';
import type { FitContext, FitShape, Learner, TrainingSet } from '../learner.js';
import type { LinearModel } from '../linear.js';
import { checkShapes, classMass } from '../targets.js';
import { fitCalibration } from './calibration.js';
import { flatForest } from './flat.js';
import { growTrees } from './grow.js';
import { loadRandomForest, type RandomForestModel, randomForestModel } from './model.js';
import { checkedForestOptions, type RandomForestOptions } from './options.js';
import { loadForestPackage } from './package.js';
import { type ForestPlan, planForest } from './plan.js';
import { plainRows } from './rows.js';
import { classTarget, numberTarget } from './target.js';
import { type VoteLayout, voteLayout } from './votes.js';

/** A random forest learner; its models are {@link RandomForestModel}s. */
export interface RandomForestLearner extends Learner {
  readonly task: 'classification' | 'regression';
  /** The size of a fit of this shape, and what `maxRows` and `maxWork` would reduce. */
  plan(shape: Pick<FitShape, 'rows' | 'columns' | 'classes'>): ForestPlan;
  fit(set: TrainingSet, context: FitContext): Promise<RandomForestModel>;
  load(state: State): RandomForestModel;
}

const NAME = 'random-forest';
/** In the unit of `work`. A core does 1e9 in one to two seconds: a faster one may do twice that. */
const PACE = 2e9;

/**
 * Random forests (Breiman, Machine Learning 2001) of the package `ml-random-forest` 2.1, an
 * optional peer: classifiers with any number of classes, or regressors. They are for comparison, or
 * if you need a forest: {@link gradientBoosting} is faster by orders of magnitude and more
 * accurate.
 *
 * Properties:
 * - Its time grows with the square of the rows. `plan(shape)` returns in advance what a fit will
 *   do, and `work` counts it. A process warning (code `SPILLWAY_FOREST_CUT`) reports what `maxRows`
 *   and `maxWork` reduce, once for each learner and shape.
 * - It blocks while it grows a tree: it reports progress, and observes an abort, after each tree.
 * - Columns are drawn for each tree, not for each division. Sparse blocks are made dense for it, up to 10 million
 *   numbers.
 * - With soft targets, each tree gets classes drawn from them.
 *
 * Trees vote, as in the package's `predict` (its `predictProbability` differs), and votes become
 * probabilities by a calibration fitted to rows that no tree has seen, a fifth of them or all that
 * the cuts leave over. A class without rows gets probability 0. Trees run in flat form: NaN goes
 * right, as there.
 *
 * `fit` is deterministic for a seed. It throws a MissingPackage if `ml-random-forest` isn't
 * installed, a DataError for rows of a single class, invalid targets, numbers that aren't finite
 * and blocks too large to be made dense.
 *
 * ```ts
 * const learner = randomForest({ trees: 20 });
 * learner.plan({ rows: 50_000, columns: 20, classes: 2 }).reductions; // ['2000 of 50000 rows']
 * const model = await learner.fit({ blocks, rows, classes: 2, labels }, { seed: 1 });
 * ```
 *
 * @param load starts the import of the package
 * @throws OptionError for options that are unknown or out of range
 */
export function randomForest(options: RandomForestOptions = {}, load?: Importer): RandomForestLearner {
  const checked = checkedForestOptions(options);
  const warned = new Set<string>();
  return {
    name: NAME,
    task: checked.task,
    plan: (shape) => planForest(shape, checked),
    work: (shape) => planForest(shape, checked).work,
    pace: PACE,
    async fit(set, context) {
      context.signal?.throwIfAborted();
      checkShapes(set);
      const target = checked.task === 'regression' ? numberTarget(set) : classTarget(set);
      const library = await loadForestPackage(load);
      const columns = set.blocks.map((block) => block.columns);
      const plan = planForest(
        { rows: set.rows, columns: columns.reduce((sum, width) => sum + width, 0), classes: set.classes },
        checked,
      );
      const streams = random(context.seed).fork(NAME);
      const selection = sample(set.rows, plan.rows, streams.fork('rows'));
      const { classes, answer, targets } = target;
      const growing = {
        rows: plainRows(set, selection),
        answer: (row: number, chance: Random) => answer(selection[row], chance),
      };
      warn(plan, warned);
      const trees = await growTrees(library, growing, plan.trees, checked, streams, context);
      const layout = targets && voteLayout(classes, plan.trees);
      const forest = flatForest(trees, layout);
      const calibration = layout && (await calibrate(forest, layout, set, targets, selection));
      return randomForestModel(NAME, {
        classes,
        columns,
        trees: plan.trees,
        rows: plan.rows,
        forest,
        ...(calibration && { calibration }),
      });
    },
    load: (state) => loadRandomForest(NAME, state),
  };
}

/** Fits the calibration to the rows that trees weren't grown to. */
function calibrate(
  forest: Forest,
  layout: VoteLayout,
  { blocks, rows, classes }: TrainingSet,
  targets: Float64Array,
  grownTo: Int32Array,
): Promise<LinearModel> {
  const seen = new Set(grownTo);
  const held = Int32Array.from({ length: rows }, (_, row) => row).filter((row) => !seen.has(row));
  const own = new Float64Array(held.length * classes);
  held.forEach((row, i) => {
    own.set(targets.subarray(row * classes, (row + 1) * classes), i * classes);
  });
  const prior = classMass(targets, classes).map((mass) => mass / rows);
  return fitCalibration(
    forest,
    layout,
    blocks.map((block) => gather(block, held)),
    own,
    prior,
  );
}

function warn({ reductions, work }: ForestPlan, warned: Set<string>): void {
  const what = reductions.join(', ');
  if (what === '' || warned.has(what)) return;
  warned.add(what);
  process.emitWarning(
    `random-forest grows ${what}: the time that ml-random-forest takes goes with the square of the rows (a work of ` +
      `${work.toPrecision(2)} as it is). Raise maxRows and maxWork, or use gradientBoosting, which needs no cuts`,
    { code: 'SPILLWAY_FOREST_CUT' },
  );
}
