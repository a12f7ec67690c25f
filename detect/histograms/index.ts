/** Values of features put into 256 bins, and sums of weights by bin: what boosting of detectors does most. */
export { Binner } from './binner.js';
export { columnsIn, fastColumns, type HaarColumns, type SharedColumns, sharedColumns } from './columns.js';
export { fastHistograms, histogramsFor } from './fast.js';
export { BINS, FOUR, type Histograms } from './histograms.js';
export { plainHistograms } from './plain.js';
export { histogramsIn, type SharedHistograms, sharedHistograms } from './shared.js';
