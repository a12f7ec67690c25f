/** Pictures of detectors as SVG: detections and first features. */
export { type DetectionDrawing, drawDetections, type LinkedPicture } from './detections.js';
export { drawFeatures, type FeatureDrawing } from './features.js';
