/** A detector before a full model: a coarse grid, windows cut and scored in batches, its cut certified by images. */
export type {
  BeforeBound,
  BeforeCertificate,
  BeforeExpectation,
} from './certificate.js';
export { type CertifyBeforeOptions, certifyBefore } from './certifyBefore.js';
export { type BeforeDetections, type BeforeParts, DetectorBefore } from './detectorBefore.js';
export {
  type Accept,
  type BeforeGrid,
  type BeforeOptions,
  beforeGrid,
  type WindowLabel,
  type WindowModel,
} from './options.js';
export { type AcceptedTally, type TestedPath, testPath } from './testPath.js';
