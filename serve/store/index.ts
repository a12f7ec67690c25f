/** Versions of models read once: tensors in shared memory by content, code by all files that it imports. */

export { accountOf, type MemoryAccount, type ModelMemory } from './accounting.js';
export { type Code, importedOnce, readCode } from './code.js';
export { type Region, Slabs } from './slabs.js';
export { type Opened, Store, type StoredModel, type StoredState, type StoreMemory } from './store.js';
export { type HeldTensor, TensorStore } from './tensors.js';
