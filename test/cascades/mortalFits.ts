import { getEnvironmentData } from 'node:worker_threads';
import { doTask, type FitAnswer, type FitTask } from '../../lib/learn/fits/index.js';
import { serveTasks } from '../../lib/util/workers/index.js';

/** Shared by all threads: how many fits were begun, and how many threads have ended in the middle of one. */
const counts: unknown = getEnvironmentData('fits');

serveTasks<FitTask, FitAnswer>(
  (task, context) => {
    // Every third fit loses its thread, twice in all: one fit may lose two threads, but not three.
    const isLast = counts instanceof Int32Array && Atomics.add(counts, 0, 1) % 3 === 2;
    if (isLast && Atomics.add(counts, 1, 1) < 2) process.exit(1);
    return doTask(task, context);
  },
  () => [],
);
