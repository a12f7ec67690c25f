/** What wings that are built on cascades import, beside what users see. */

export {
  checkLoad,
  contentOf,
  type FeatureTerms,
  type FullTerms,
  featuresShape,
  featureTerms,
  fullShape,
  fullTerms,
  guarded,
  type LoadOptions,
  loadParts,
  mismatch,
  plain,
  profileShape,
  REFERENCE_KEPT,
  referenceState,
  rowsOfReference,
  type SaveOptions,
  type Sharing,
  servingStates,
  stabilityShape,
  stageModel,
  stateOf,
  UNSHARED,
} from './artifact/index.js';
export {
  type AskedRow,
  type BatchClaim,
  type BatchOutcome,
  type BatchSteps,
  type CodedRows,
  countUpTo,
  designFor,
  drawKeyed,
  errorsDue,
  type KeyedRow,
  lowest,
  type PartitionCounts,
  type PathRows,
  type SampleDesign,
  type SketchedRow,
  type StageTest,
  testOfStage,
  totalCounts,
} from './batch/index.js';
export {
  batchStepsOf,
  type Cascade,
  codesSoon,
  Health,
  importFeatures,
  joinedAnswers,
  loadedOf,
  type ModuleExports,
  restoreCascade,
  warmInBatches,
  withTable,
} from './cascade/index.js';
export { anyChoice, isPromised, noAnyChoice, verdictOf, voided } from './certification/index.js';
export { isNested, type StageEvidence } from './chain/index.js';
export {
  type CostedStage,
  fullCost,
  profilePipeline,
  stageParts,
  subsetCost,
  unseenRows,
} from './costs/index.js';
export { type FittedBefore, FittedRows } from './holdout/index.js';
export { asksTwiceFor, inWords, lossName, needsLabels } from './losses/index.js';
export {
  Audit,
  type AuditableCascade,
  type Draws,
  drawAmong,
  drawsStart,
  evidenceNumber,
  type ServedAnswers,
} from './monitoring/index.js';
export { frozenReference, type Reference, referenceOf } from './plan/index.js';
export { COMPARED, forecastOf, type MeasuredRows, Spending, topKFlow } from './price/index.js';
export {
  approximateOf,
  checkLabels,
  checkPredicted,
  checkShared,
  checkThinClasses,
  classesOf,
  codesOf,
  decisionOf,
  type FullOption,
  isOurs,
  isRegression,
  type Progress,
  patienceOf,
  SHARED_OPTIONS,
  type SharedOption,
} from './problem/index.js';
export {
  blaming,
  blocksOf,
  eachBatch,
  fitFeatures,
  modelInputs,
  type PricedRequests,
  type SizeOf,
  scoring,
  stageEvidence,
  type Timing,
  type Tracker,
  timedBlocks,
} from './scoring/index.js';
export {
  allotFits,
  BUDGET,
  beamSearch,
  cheapest,
  insertions,
  rankedSubsets,
  searchSubsets,
  subsetSpace,
} from './search/index.js';
export { compareFeatures, compareModel, statedOf, untouchedOf } from './stability/index.js';
export {
  chooser,
  crossFit,
  fitOn,
  fitRounds,
  fitShape,
  givenModel,
  type HeldOut,
  heldOutScores,
  prefixAt,
  prefixesOf,
  type Targets,
} from './training/index.js';
export { tuneUntested } from './tune.js';
export {
  type CertificateVerdict,
  type Forecast,
  type Label,
  type Prefix,
  type Spelt,
  type Stability,
  type StageSpec,
  type Target,
  widthOf,
} from './types/index.js';
