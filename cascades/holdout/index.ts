/** Rows kept for a certificate: which of them equal others, and which were used before. */

export { type FittedBefore, FittedRows } from './fittedRows.js';
export {
  type CertificationRows,
  type Contents,
  contentsAt,
  contentsOf,
  copiesAmong,
  drawnCount,
  EITHER,
  equalsAmong,
  givenRows,
  mostRepeat,
  rowsDigest,
  withEither,
} from './givenRows.js';
export type { RowsOf } from './part.js';
export { refuseSame, refuseUsed } from './refuseUsed.js';
export { type BatchDraw, type Claim, type ClaimedBatch, Ledger, sumOf, type UsedState } from './seenRows.js';
export { type UnitSample, unitsOf } from './units.js';
