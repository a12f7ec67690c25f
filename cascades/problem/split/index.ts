/** Rows split: those to fit on, those to choose the plan on, and those kept for the certificate. */

export { checkClasses, refuseTuned } from './alike.js';
export { CERTIFY_SHARE, FOLDS, shareOf, splitByDraw } from './drawn.js';
export { splitByParts } from './parts.js';
export { type EitherWay, eitherWay } from './repeated.js';
export type { DrawnSplit, Part, Round, RowSplit, Split } from './rowSplit.js';
