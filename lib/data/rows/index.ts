/** Rows copied, compared by content, and read more than once. */

export { copyOf } from './copy.js';
export { type Equals, equalsOf, oneOfEach, whereKnown } from './equals.js';
export { eachOf, iteratorOf, REUSED, ReusedObjects } from './iterator.js';
export { KeySet } from './keySet.js';
export { ownArray, withOwnArrays } from './own.js';
export { type RowKeys, RowReader } from './reader.js';
export { SameRows } from './same.js';
export { HeldRows, type RowSource, Rows } from './source.js';
export { eachChunk, type ReadRows, StreamedRows } from './streamed.js';
