/** `define`, the built-in features and transforms. */

export { type ColumnFeature, type ColumnOptions, column, columns } from './column.js';
export { columnFeatures, type StoredFeature } from './columnFeatures.js';
export { define, type FeatureSet } from './define.js';
export { changesOf, optionChanges, stable } from './definition.js';
export { dense, sameWithin, TOLERANCE } from './dense.js';
export type { ComputeDense, ComputeVersion, DenseOptions, VersionsOptions } from './denseOptions.js';
export type {
  Allowance,
  BatchFit,
  ComputeContext,
  Feature,
  FittedFeature,
  KeepingFit,
  KeptRows,
  OwnCounts,
  Refitted,
} from './feature.js';
export {
  type AtFidelity,
  asLastStep,
  type FeatureStep,
  type Fidelities,
  type FidelityNames,
  featureOf,
  fidelityName,
  fidelityOf,
  inFidelities,
  MOST_FIDELITIES,
  placeOf,
  type StepPlace,
  type SteppedFeature,
  stepAt,
} from './fidelity.js';
export { fidelityNames, fidelitySet, versionOf } from './fidelitySet.js';
export { givenTerms, type HashedTerms, hashedTerms, type PythonTexts, type ReadTerms } from './givenTerms.js';
export { type LookupFeature, type LookupOptions, lookup } from './lookup.js';
export { type Category, type OneHotOptions, oneHot } from './oneHot.js';
export { perRow, type RowNumbers } from './perRow.js';
export { proposedNames } from './proposedNames.js';
export { rowCheck } from './rowCheck.js';
export { readsOf, statedSource } from './sources.js';
export type { TermOptions } from './termOptions.js';
export { sharedTables } from './terms.js';
export type { Characters, PatternClasses } from './text/characters.js';
export { charactersOf, type Substitutes } from './text/characterTables.js';
export { PatternError } from './text/pattern/index.js';
export { counts, type TfidfOptions, tfidf } from './tfidf.js';
export { checkSource, RowView, type Source, type Transform, transform, transformOfRows } from './view.js';
export type { Norm, Weighting } from './weighting.js';
