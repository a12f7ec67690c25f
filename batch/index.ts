/** Work over tables that outgrow a process: the filter, runs over files, batches certified over partitions. */

export * from './formats/index.js';
export * from './model/index.js';
export * from './score/index.js';
