/** Models on one thread: loaded, what they share found, and slices answered. */

export { loadFault, receivedFault, type SentFault, sliceFault } from './faults.js';
export { type LoadedReport, type LoadTask, ModelHost } from './host.js';
export { type PackedSlice, packed } from './packing.js';
