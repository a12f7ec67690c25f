/** Dense and sparse (CSR) blocks, the only code that touches offsets. */

export {
  type Block,
  type DenseBlock,
  denseBlock,
  entries,
  exactBlock,
  exactValues,
  type LateBlock,
  rowSizes,
  type Scaling,
  type SparseBlock,
  withExact,
} from './block.js';
export {
  type BlockRows,
  bytesOfRows,
  countRows,
  readRows,
  selectRows,
  storedBlock,
  wholeRows,
} from './blockRows.js';
export { BlockBuilder } from './builder.js';
export { type StoredColumn, storedColumns } from './columns.js';
export { difference } from './compare.js';
export { rowDigests } from './digest.js';
export { addDoubles, type DenseValues, type SparseValues } from './exactProduct.js';
export { consecutive, gather, isRowBlock, pick, type RowBlock, rowBlock, slice, stack } from './gather.js';
export { Occupied } from './memory.js';
export { addProduct, addTransposeProduct } from './product.js';
export { clearRow, pickColumns, pickEntries, readRow, sideBySide } from './row.js';
export { SharedCopies } from './shared.js';
export { SparseWriter } from './writer.js';
