/** Real data from npm packages, and generated worlds whose truth is known. */

export { type Digit, type Digits, loadDigits } from './digits.js';
export { type Flight, loadFlights } from './flights.js';
export { type Gloss, type GlossCategory, loadGlosses } from './glosses.js';
export { loadMail, type Mail } from './mail.js';
export { MissingDataset } from './packages.js';
export {
  type AgreementLabel as Answer,
  type AgreementRow,
  type AgreementWorld,
  type AgreementWorldOptions,
  agreementWorld,
  type GaussianRow,
  type GaussianWorld,
  type GaussianWorldOptions,
  type GroupedRow,
  type GroupedWorld,
  type GroupedWorldOptions,
  type GroupKind,
  gaussianWorld,
  groupedWorld,
  type NumberRow,
  type NumberWorld,
  type NumberWorldOptions,
  numberWorld,
  type RankedRow,
  type RankingWorldOptions,
  rankingWorld,
  type TextRow,
  type TextWorld,
  type TextWorldOptions,
  textWorld,
} from './worlds/index.js';
