/** Rows split: those to fit on, those to choose the plan on, and those kept for the certificate. */

export { checkClasses, refuseTuned } from './alike.js';
export {
  CERTIFY_SHARE,
  type DrawnSplit,
  FOLDS,
  type Part,
  type Round,
  type RowSplit,
  type Split,
  shareOf,
  splitRows,
} from './drawn.js';
export { type EitherWay, type EitherWayInput, eitherWay } from './repeated.js';
