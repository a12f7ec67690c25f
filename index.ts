/** The public face of spillway: everything that users import, and nothing else. */
export * from './cascades/index.js';
export type { Block, DenseBlock, SparseBlock } from './lib/blocks/index.js';
export { denseBlock } from './lib/blocks/index.js';
export * from './lib/errors.js';
export * from './lib/exchange/index.js';
export type { CalibratorKind, Decision, ExitKind, ExitScoreKind } from './lib/exits/index.js';
export * from './lib/features/index.js';
export * from './lib/full/index.js';
export * from './lib/learners/index.js';
export type {
  Clock,
  Cost,
  FeatureProfile,
  Importance,
  InferenceCost,
  Objective,
  Profile,
} from './lib/profile/index.js';
export type { ReportData, ReportMeasured } from './lib/report/index.js';
export type { JsonValue, State, Tensor } from './lib/state.js';
