export { changedAlone, type Served } from './answers.js';
export { compareFeatures, type Held, type Reread } from './features.js';
export { compareModel, type Scored } from './models.js';
export { liveOf, tolerancesOf } from './settings.js';
