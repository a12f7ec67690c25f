/** Values of features put into 256 bins, and sums of weights by bin: what boosting of detectors does most. */
export { Binner } from './binner.js';
export { type Columns, fastColumns } from './columns.js';
export { fastHistograms } from './fast.js';
export { histogramsFor } from './histogramsFor.js';
export { BINS, FOUR, type Histograms, plainHistograms } from './plain.js';
