/** The serving face of spillway: what loads a cascade and answers, and nothing that tunes. Needs nothing of Node. */
export {
  type Answer,
  type Answers,
  type Certificate,
  type CertificateVerdict,
  type Label,
  type LoadOptions,
  type Plan,
  type PlanStage,
  type PredictOptions,
  ServedCascade as Cascade,
  type Shadow,
  type Verdict,
} from '../cascades/index.js';
export type { Block, DenseBlock, SparseBlock } from '../lib/data/blocks/index.js';
export { denseBlock } from '../lib/data/blocks/index.js';
export {
  ArtifactError,
  AsyncError,
  DataError,
  DeadlineError,
  FeatureError,
  ModelError,
  OptionError,
  RefusedRow,
  SpillwayError,
} from '../lib/errors.js';
export {
  type Category,
  type ColumnFeature,
  type ColumnOptions,
  type ComputeDense,
  type ComputeVersion,
  column,
  columns,
  counts,
  type DenseOptions,
  define,
  dense,
  type Feature,
  type FeatureSet,
  type FittedFeature,
  type OneHotOptions,
  oneHot,
  perRow,
  type RowNumbers,
  RowView,
  type Source,
  type TermOptions,
  type TfidfOptions,
  type Transform,
  tfidf,
  transform,
  type VersionsOptions,
} from '../lib/features/define/index.js';
export type { Model, ScoreContext } from '../lib/learn/learners/index.js';
export type { JsonValue, State, Tensor } from '../lib/util/state.js';
