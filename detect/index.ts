/** Attentional cascades: detectors that refuse most windows of an image after a few additions. */
export { type AcceptedWindows, type AcceptedWindowsOptions, acceptedWindows } from './acceptedWindows.js';
export type {
  BoxedImages,
  CertifyDetectorOptions,
  DetectionBounds,
  DetectionCertificate,
  DetectionClause,
  PlainDetectOptions,
  TuneDialOptions,
} from './certification/index.js';
export { type CertifiedDetector, certifyDetector, tuneDial } from './certifyDetector.js';
export { Detector, type DetectorOptions, readCascade, type WindowTrace } from './detector.js';
export { type DetectorFeatureOptions, detectorFeature } from './detectorFeature.js';
export type { Dial, DialSetting } from './dial/index.js';
export { type DetectionDrawing, drawDetections, type LinkedPicture } from './drawDetections.js';
export type { CascadeFeatures, CascadeModel } from './model/index.js';
export type { Box, Detections, DetectOptions } from './scan/index.js';
export { type ScanTrace, type StageTrace, type TraceOptions, traceScan, traceTable } from './trace.js';
export { type TrainedDetector, trainDetector } from './trainDetector.js';
export {
  type Augmentation,
  type BoxedImage,
  type EndReason,
  type HitCount,
  type ImageSource,
  type Images,
  type Jitter,
  type PlainModel,
  type Positive,
  type StageRow,
  stageTable,
  type TrainingOptions,
  type TrainingProgress,
  type TrainingState,
  type TrainingWarning,
  trainingSummary,
  type ValidationImages,
  type WindowSize,
} from './training/index.js';
