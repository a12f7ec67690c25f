/** Windows moved over the levels of an image, and boxes made of those that pass. */
export { type Detections, detections } from './detections.js';
export { type Box, clipBoxes, groupBoxes, groupingSteps } from './groups.js';
export { doScanJob, joiningParts, type ScanJob, type ScanThreads, scanParts } from './jobs.js';
export { type DetectOptions, detectOptions } from './options.js';
export { Scanner } from './scanner.js';
export { levelsFor, type Rectangle, visitsOf, windowBox, windowCounts } from './visits.js';
