import { availableParallelism, totalmem } from 'node:os';
import { checkKeys, checkPositive, checkWhole } from '../../../check.js';
import { startCrew } from '../../../util/workers/index.js';
import type { FitAnswer, FitTask, FitThreads } from '../index.js';
import { MemoryAdmission } from './admission.js';

/** Options of threads for fits. */
export interface FitThreadsOptions {
  /** How many, 1 or more. @defaultValue one for each processor */
  readonly threads?: number;
  /**
   * Bytes that all fits under way may take together, above 0; a fit's share is estimated by its rows and columns.
   * Fits wait for each other where more of them would take more. @defaultValue half of the machine's memory
   */
  readonly memory?: number;
}

/**
 * Worker threads for the fits of `tune` and `tuneTopK`, which take them as `threads`: the plan is the same, bit for
 * bit, for any number of them. Threads read features' blocks in shared memory. They start with the first fits and
 * don't keep a process alive; `close` ends them when their current fits are done.
 *
 * Built-in learners are fitted on them; learners of your own are fitted where `tune` was called.
 *
 * @param url of the threads' module; only tests have a reason to give it
 * @throws OptionError
 * @example
 * const threads = fitThreads();
 * const cascade = await tune({ ...options, threads });
 * await threads.close();
 */
export function fitThreads(
  options: FitThreadsOptions = {},
  url: URL = new URL('./fitWorker.js', import.meta.url),
): FitThreads {
  checkKeys(options, ['threads', 'memory']);
  const { threads = availableParallelism(), memory = totalmem() / 2 } = options;
  checkWhole('threads', threads, 1);
  checkPositive('memory', memory);
  const crew = startCrew<FitTask, FitAnswer>(threads, url);
  const admission = new MemoryAdmission(memory);
  const close = () => crew.close();
  return {
    threads,
    memory,
    async run(task, bytes, options) {
      const leave = await admission.enter(bytes, options.signal);
      try {
        return await crew.run(task, options);
      } finally {
        leave();
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
