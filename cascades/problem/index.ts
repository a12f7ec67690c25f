/** Options of `tune` checked, classes and bounds resolved, rows split. */

export { approximateOf, offeredBeside } from './approximate.js';
export type { Bound, BoundInUnits, BoundPart, JointBound, SingleBound } from './bound.js';
export { type Budget, secondsOf } from './budget.js';
export { checkThinClasses, classesOf } from './classes.js';
export { codesOf } from './codes.js';
export { decisionOf } from './decision.js';
export type { Effort } from './effort.js';
export { FailedStages } from './failedStages.js';
export { checkFidelities, fidelitiesOf } from './fidelities.js';
export { TIMED } from './fitLog.js';
export { checkFull, type FullOption, featuresRead, isRegression } from './full.js';
export { jobDigests } from './jobDigests.js';
export { checkLabels } from './labels.js';
export { checkLearners, checkPredicted } from './learners.js';
export { checkPrices, checkProfilePrices, objectiveOf, objectiveWords } from './objective.js';
export {
  checkProfile,
  checkRepeats,
  checkShared,
  checkTimeout,
  type Labels,
  type Progress,
  patienceOf,
  type RegressionOptions,
  type RowsOption,
  type SettledOptions,
  SHARED_OPTIONS,
  type SharedOption,
  TUNE_OPTIONS,
  type TuneOptions,
} from './options.js';
export { countsOf, type Problem, problemOf } from './problem.js';
export { isOurs, type Run, runOf } from './run.js';
export {
  type EitherWay,
  eitherWay,
  heldByCopies,
  MOST_DRAWN,
  type Part,
  type Round,
  type RowSplit,
  type Split,
} from './split/index.js';
export { keyNumbers } from './survey.js';
