/** Work over tables that outgrow a process: the filter, runs over files, batches certified over partitions. */

export * from './certified/index.js';
export * from './formats/index.js';
export * from './model/index.js';
export * from './run/index.js';
export * from './score/index.js';
export * from './units/index.js';
