/** Generated worlds: rows drawn from a law, with their true risk. */

export {
  type AgreementLabel,
  type AgreementRow,
  type AgreementWorld,
  type AgreementWorldOptions,
  agreementWorld,
} from './agreement.js';
export {
  type GaussianRow,
  type GaussianWorld,
  type GaussianWorldOptions,
  gaussianWorld,
} from './gaussian.js';
export {
  type GroupedRow,
  type GroupedWorld,
  type GroupedWorldOptions,
  type GroupKind,
  groupedWorld,
} from './grouped.js';
export { type NumberRow, type NumberWorld, type NumberWorldOptions, numberWorld } from './numbers.js';
export { type RankedRow, type RankingWorldOptions, rankingWorld } from './ranking.js';
export { type TextRow, type TextWorld, type TextWorldOptions, textWorld } from './text.js';
