/** Detectors certified by images: dials of settings, what images say of each, walks along a dial. */
export { type DetectionBounds, shareDelta } from './bounds.js';
export type { DetectionCertificate, DetectionClause, PlainDetectOptions } from './certificate.js';
export { type CertifyDetectorOptions, certifyModel } from './certifyModel.js';
export { certifiedRange, type DialCounts, noCounts } from './dialCounts.js';
export type { BoxedImages, Scene } from './scenes.js';
export { type TuneDialOptions, tuneModelDial } from './tuneDial.js';
