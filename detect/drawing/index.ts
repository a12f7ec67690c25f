/** Pictures of detectors as SVG: detections, windows by stage, first features. */
export { type DetectionDrawing, drawDetections, type LinkedPicture } from './detections.js';
export { drawFeatures, type FeatureDrawing } from './features.js';
export { drawTrace } from './trace.js';
