export { type Block, type DenseBlock, denseBlock, entries, rowEntries, type SparseBlock } from './block.js';
export { gather, stack } from './gather.js';
export { addProduct, addTransposeProduct } from './product.js';
export { SparseWriter } from './writer.js';
