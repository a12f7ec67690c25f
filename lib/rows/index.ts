/** Rows copied and compared by content. */

export { copyOf } from './copy.js';
export { type Equals, equalsOf, oneOfEach, whereKnown } from './equals.js';
export { ownArray, withOwnArrays } from './own.js';
export { type RowKeys, RowReader } from './reader.js';
