/** Attentional cascades: detectors that refuse most windows of an image after a few additions. */
export { Detector, type DetectorOptions, readCascade, type WindowTrace } from './detector.js';
export type { CascadeFeatures, CascadeModel } from './model/index.js';
export type { Box, Detections, DetectOptions } from './scan/index.js';
