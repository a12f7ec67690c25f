/** Inputs of a batch as units of work: whole row groups, record batches, or ranges that end where a record ends. */

export type { ColumnType } from '../../lib/data/tables/index.js';
export { columnTypes } from './columnTypes.js';
export { inputStamp, inputsOf } from './inputs.js';
export { namesIn } from './namesIn.js';
export { ParquetFiles } from './parquet.js';
export { type ReadOptions, readUnit, sourceDigest } from './read.js';
export { type BatchInput, digestOf, type InputFormat, type Unit, unitKey } from './unit.js';
export { hasRows, type UnitOptions, unitsIn } from './units.js';
