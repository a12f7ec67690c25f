import { availableParallelism } from 'node:os';
import { checkKeys, checkWhole } from '../../check.js';
import { OptionError } from '../../errors.js';
import { type Closable, closable } from '../../util/closable.js';
import { type Load, optionalPackage } from '../../util/packages.js';
import type { Done, Task } from './worker.js';

/** Options of a pool of threads. */
export interface ThreadPoolOptions {
  /** How many, 1 or more. @defaultValue one for each processor */
  readonly threads?: number;
}

/** Threads that compute features. `close` ends them when their current work is done. */
export interface ThreadPool extends Closable {
  /** How many it has. */
  readonly threads: number;
  /** Rejects where a thread is lost, or a row can't be sent. */
  run(task: Task): Promise<Done>;
  /** A number that no other fit has here. */
  nextFit(): number;
}

/** The part of `piscina` that is used. */
interface Pool {
  run(task: Task): Promise<Done>;
  close(): Promise<void>;
}

interface Package {
  readonly Piscina: new (options: {
    readonly filename: string;
    readonly minThreads: number;
    readonly maxThreads: number;
  }) => Pool;
}

/**
 * Threads for features {@link onThreads}. Needs `piscina`.
 *
 * @param load how packages are imported; only tests have a reason to give it
 * @throws MissingPackage without it; OptionError
 * @example
 * const pool = await threadPool();
 */
export async function threadPool(options: ThreadPoolOptions = {}, load?: Load): Promise<ThreadPool> {
  checkKeys(options, ['threads']);
  const { threads = availableParallelism() } = options;
  checkWhole('threads', threads, 1);
  const loaded = await optionalPackage('piscina', 'threads', load);
  if (!isPackage(loaded)) throw new OptionError('piscina', 'is none of version 5: it has no Piscina');
  const pool = new loaded.Piscina({
    filename: new URL('./worker.js', import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
  });
  let fits = 0;
  return {
    threads,
    nextFit: () => fits++,
    // Given a signal, it would end the thread that the task runs in.
    run: (task) => pool.run(task),
    ...closable(() => pool.close()),
  };
}

function isPackage(value: unknown): value is Package {
  return (
    (typeof value === 'object' || typeof value === 'function') &&
    value !== null &&
    'Piscina' in value &&
    typeof value.Piscina === 'function'
  );
}
