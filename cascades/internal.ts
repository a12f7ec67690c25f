/** What wings that are built on cascades import, beside what users see. */

export { type FeatureTerms, type FullTerms, type LoadOptions, REFERENCE_KEPT, type SaveOptions, type Sharing, UNSHARED, checkFeatures, checkLoad, contentOf, featureTerms, featuresShape, fullShape, fullTerms, guarded, knownLearners, loadFeatures, loadFull, loadModel, loadReference, mismatch, modelChanges, need, plain, profileShape, referenceState, servingStates, stabilityShape, stateOf } from './artifact/index.js';
export { type Cascade, Health, codesSoon, restoreCascade, warmInBatches } from './cascade/index.js';
export { anyChoice, noAnyChoice, verdictOf, voided } from './certification/index.js';
export { isNested } from './chain/index.js';
export { type CostedStage, SERVED_SIZES, fullCost, isRepeatable, profilePipeline, repeatableOf, stageParts, subsetCost, unseenRows } from './costs/index.js';
export { Audit, type Draws, type Served, type ServedAnswers, drawAmong, drawsStart, evidenceOf } from './monitoring/index.js';
export { type Reference, frozenReference, referenceOf } from './plan/index.js';
export { COMPARED, type MeasuredRows, Spending, forecastOf, topKFlow } from './price/index.js';
export { type FullOption, type Progress, approximateOf, checkFull, checkLabels, checkLearners, checkMaxPrice, checkPredicted, checkPrices, checkProfile, checkThinClasses, checkThreads, checkTimeout, classesOf, codesOf, isOurs, isRegression, patienceOf } from './problem/index.js';
export { checkOf } from './reporting/index.js';
export { type Requests, type SizeOf, type Timing, type Tracker, blaming, blocksOf, eachBatch, fitFeatures, inputsOf, scoring, timedBlocks } from './scoring/index.js';
export { BUDGET, allotFits, beamSearch, cheapest, insertions, rankedSubsets, searchSubsets, subsetSpace } from './search/index.js';
export { compareFeatures, compareModel, statedOf, untouchedOf } from './stability/index.js';
export { type HeldOut, type Targets, chooser, crossFit, fitOn, fitRounds, givenModel, heldOutScores, prefixAt, prefixesOf, shapeOf } from './training/index.js';
export { type CertificateVerdict, type Forecast, type Label, type Prefix, type Spelt, type Stability, type StageSpec, type Target, widthOf } from './types/index.js';
