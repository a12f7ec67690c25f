/** The words and numbers that summary and report have in common. */

export { certificateFacts, verdictWords } from './certificate.js';
export { costHead, costName, costShares, gain } from './costs.js';
export { type MeasuredWords, measuredWords } from './measured.js';
export { amount, chosenPercent, clean, cost, count, percent, points, score, times } from './numbers.js';
export { qualityOf } from './quality.js';
export { allThresholdWords, isShortened, thresholdWords } from './thresholds.js';
