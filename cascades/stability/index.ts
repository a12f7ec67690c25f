/** Features and models compared with themselves, alone and in other batches. */

export { compareFeatures } from './features.js';
export { compareModel } from './models.js';
export { LARGE, rowsReread, rowsRescored } from './sizes.js';
export { compareAll, type Stable, stabilityOf, statedOf } from './stability.js';
export { type RereadRows, rereadRows, rescoreFullModel, rescoreRows, untouchedRows } from './tuned.js';
export { rereadAmong, untouchedOf } from './untouched.js';
