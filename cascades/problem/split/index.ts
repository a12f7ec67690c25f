/** Rows split: those to fit on, those to choose the plan on, and those kept for the certificate. */

export { checkClasses, refuseTuned } from './alike.js';
export { heldByCopies, MOST_DRAWN } from './byCopies.js';
export { type EitherWay, eitherWay } from './repeated.js';
export { CERTIFY_SHARE, certifyShare, FOLDS, splitByDraw, withFolds } from './splitByDraw.js';
export { splitByParts } from './splitByParts.js';
export type { DrawnSplit, Part, Round, RowSplit, Split } from './types.js';
