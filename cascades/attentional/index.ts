/** Attentional cascades: detectors that refuse most windows of an image after a few additions. */
export type { CascadeFeatures, CascadeModel } from './model/index.js';
