/** A cascade as a file: saved, loaded, checked against its features. */

export { type DescribedFile, describeFile } from './describing.js';
export { type FeatureTerms, featureTerms } from './features.js';
export { loadCascade, partsFrom } from './loadCascade.js';
export { readCascadeFile, voidedBy } from './loading.js';
export { loadParts, stageModel } from './loadParts.js';
export {
  checkLoad,
  contentOf,
  type FileLoadOptions,
  type FullTerms,
  fullTerms,
  guarded,
  type LoadOptions,
  mismatch,
  plain,
  stateOf,
} from './pieces.js';
export { REFERENCE_KEPT, referenceState, rowsOfReference } from './reference.js';
export { type SaveOptions, saveCascade } from './saving.js';
export { servingStates } from './serving.js';
export { changesShape, featuresShape, fullShape, profileShape, stabilityShape } from './shapes.js';
export { type Sharing, UNSHARED } from './sharing.js';
export { readSource } from './source.js';
