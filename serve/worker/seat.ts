import type { PooledSlice } from './pooledSlice.js';
import type { Thread } from './thread.js';

/** A core: a thread that has all models, or is about to. */
export interface Seat {
  thread: Thread;
  /** Whether it has all models and takes slices. */
  isReady: boolean;
  /** The slice that computes. */
  computing: PooledSlice | undefined;
  /** Slices that aren't answered, the computing one included. */
  readonly jobs: Set<PooledSlice>;
  /** Models that it is loading: it computes nothing meanwhile. */
  loading: number;
  /** Whether an answer to a ping is awaited. */
  isPinged: boolean;
  /** While another thread is made to take its place. */
  renewal: Promise<boolean> | undefined;
}

/**
 * Whether a thread can be given the slice. One that may have ended a thread is run by itself: what happens then is
 * its own doing.
 */
export function isFor(job: PooledSlice, { jobs, thread }: Seat): boolean {
  return (!job.isSuspect || jobs.size === 0) && thread.models.has(job.slice.model);
}
