/** For features, learners and models of your own: their interfaces, and helpers. */
export {
  type Block,
  type DenseBlock,
  denseBlock,
  type RowBlock,
  rowBlock,
  type Scaling,
  type SparseBlock,
} from '../lib/data/blocks/index.js';
export {
  type Allowance,
  type BatchFit,
  type Category,
  type ComputeContext,
  type ComputeDense,
  type FittedFeature,
  type KeepingFit,
  type KeptRows,
  type OwnCounts,
  type Refitted,
  type RowNumbers,
  RowView,
} from '../lib/features/define/index.js';
export type { Forest } from '../lib/learn/kernels/index.js';
export {
  type BoostedModel,
  type BoostedParameters,
  type BoostingLearner,
  type BoostingLossName,
  type EarlyStopping,
  type Ensemble,
  type EnsemblePrefix,
  type FitContext,
  type FitShape,
  type FittedOn,
  type ForestPlan,
  isEnsemble,
  isPrefix,
  type LinearModel,
  type LinearParameters,
  type LogisticLearner,
  type ModelScores,
  type MonotoneDirection,
  prefixOf,
  type RandomForestLearner,
  type RandomForestModel,
  type RandomForestParameters,
  type RidgeLearner,
  type ScoreContext,
  type TrainingSet,
} from '../lib/learn/learners/index.js';
export type { Timer } from '../lib/run/runtime/index.js';
export type { JsonValue, State, Tensor } from '../lib/util/state.js';
