/** The words and numbers that summary and report have in common. */

export { count } from '../../util/count.js';
export { certificateFacts, verdictWords } from './certificate.js';
export { costHead, costName, costShares, gain } from './costs.js';
export { type MeasuredWords, measuredWords } from './measured.js';
export { amount, chosenPercent, clean, cost, percent, points, score, times } from './numbers.js';
export { qualityOf } from './quality.js';
export { isNumber, stageWords } from './stageCells.js';
export { closenessOf, onlyStage } from './subsets.js';
export { allThresholdWords, isShortened, thresholdWords } from './thresholds.js';
