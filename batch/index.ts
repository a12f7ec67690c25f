/** Work over tables that outgrow a process: the filter, runs over files, batches certified over partitions. */

export * from './model/index.js';
