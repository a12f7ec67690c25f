/** Models on one thread: loaded, what they share found, and slices answered. */

export { loadFault, received, type SentFault, sliceFault } from './faults.js';
export { type Loading, type LoadTask, ModelHost } from './host.js';
export { type PackedSlice, packed } from './packing.js';
