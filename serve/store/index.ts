/** Versions of models read once: tensors in shared memory by content, code by all files that it imports. */

export { type Region, Slabs } from './slabs.js';
export { type Opened, Store, type StoredModel } from './store.js';
export { TensorStore } from './tensors.js';
