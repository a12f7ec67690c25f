/** Features and models compared with themselves, alone and in other batches. */

export { compareFeatures, type Held, type Reread } from './features.js';
export { compareModel, type Scored } from './models.js';
export { LARGE, rowsReread, rowsRescored } from './sizes.js';
export { compareAll, type Stable, stabilityOf, statedOf } from './stability.js';
export { type RereadRows, rereadRows, rescoreFullModel, rescoreRows, untouchedRows } from './tuned.js';
export { rereadAmong, untouchedOf } from './untouched.js';
