/** What verdicts say, and why; the words and numbers that summary and report have in common. */

export { asPercent, count } from '../../util/count.js';
export { allowed, certificateFacts, qualityFigure } from './certificate.js';
export { changesTable } from './changes.js';
export { measuredWords } from './measured.js';
export {
  amount,
  clean,
  cost,
  costHead,
  costName,
  costShares,
  exitThreshold,
  gain,
  percent,
  points,
  rangeWords,
  times,
} from './numbers.js';
export { allThresholdWords, isNumber, isShortened, stageWords, thresholdWords } from './stageCells.js';
export { closenessOf, importanceWords, onlyStage } from './subsets.js';
export { about, checkNotes, leadOf, REASONS, VERDICTS } from './verdict.js';
