/** Sums of weights by bin of 8-bit features: what boosting does most. */
export { fastHistograms } from './fast.js';
export { histogramsFor } from './histogramsFor.js';
export { BINS, FOUR, type Histograms, plainHistograms } from './plain.js';
