/** The words and numbers that summary and report have in common. */

export { count } from '../../util/count.js';
export { certificateFacts, qualityOf, verdictWords } from './certificate.js';
export { type MeasuredWords, measuredWords } from './measured.js';
export {
  chosenPercent,
  clean,
  cost,
  costHead,
  costName,
  costShares,
  gain,
  percent,
  points,
  score,
  times,
} from './numbers.js';
export { isNumber, stageWords } from './stageCells.js';
export { closenessOf, onlyStage } from './subsets.js';
export { allThresholdWords, isShortened, thresholdWords } from './thresholds.js';
