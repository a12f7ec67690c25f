/** Inputs of a batch as units of work: whole row groups, record batches, or ranges that end where a record ends. */

export type { BatchInput, Unit } from './unit.js';
