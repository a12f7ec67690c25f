/** Detectors certified by images: dials of settings, what images say of each, walks along a dial. */
export { type DetectionBounds, type SharedBounds, shareDelta } from './bounds.js';
export type { DetectionCertificate, DetectionClause, PlainDetectOptions } from './certificate.js';
export { type CertifyDetectorOptions, certifyModel } from './certifyModel.js';
export { type CertifiedRange, certifiedRange, type DialCounts, tallyOf } from './dialCounts.js';
export { clustersNeeded, imageClusters } from './imageClusters.js';
export { overlap } from './overlap.js';
export { type BoxedImages, markUsed, type Reading, type Scene, Scenes } from './scenes.js';
export { type TuneDialOptions, tuneModelDial } from './tuneDial.js';
