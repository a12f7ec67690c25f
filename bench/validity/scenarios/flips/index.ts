import { flipsInExcess, flipsWhereStable } from './atLimit.js';
import { flipsAudited } from './auditInExcess.js';
import { flipsInBatch } from './batchInExcess.js';
import { flipsOfEqualRows } from './equalRows.js';
import { flipsInTurn } from './twoDays.js';
import { flipsInWholeRuns } from './wholeRuns.js';

/** Full models that don't always agree with themselves. */
export const flips = [
  flipsInExcess,
  flipsWhereStable,
  flipsInTurn,
  flipsOfEqualRows,
  flipsInBatch,
  flipsAudited,
  flipsInWholeRuns,
];
