import { Worker } from 'node:worker_threads';
import { ThreadError } from '../../errors.js';
import { forMany } from '../abort.js';
import { type Closable, closable } from '../closable.js';
import { CrewJob, type TaskOptions } from './crewJob.js';
import { ATTEMPTS, CrewMember } from './crewMember.js';
import { threadFlags } from './threadFlags.js';

/** How a crew's threads are made and replaced. */
export interface CrewOptions {
  /** What each thread has as its `workerData`. */
  readonly workerData?: object;
  /** How often a task is begun that a thread is lost with, at most. @defaultValue 3 */
  readonly attempts?: number;
  /** Milliseconds of its core that a thread may take to start. @defaultValue no limit */
  readonly startMs?: number;
}

/**
 * Worker threads that do whole tasks in the order in which they were given, one at a time each, beside those that
 * wait and have said so.
 */
export interface Crew<Task, Result> extends Closable {
  /** How many they are at most. */
  readonly threads: number;
  /** How many would begin a task at once. */
  readonly free: number;
  /**
   * Has the next free thread do a task.
   *
   * A lost thread is replaced, and its task done again as often as the crew's options say.
   *
   * @param task is copied to the thread when that takes it, but for shared memory
   * @throws ThreadError; the signal's reason, at once if that is aborted. The thread is then free when the task sees it
   */
  run(task: Task, options?: TaskOptions): Promise<Result>;
}

/**
 * Threads for tasks, each started when there is a task for it. They don't keep a process alive that
 * waits for nothing else.
 *
 * @param url of a module that calls `serveTasks`
 */
export function startCrew<Task, Result>(
  threads: number,
  url: URL,
  { workerData, attempts = ATTEMPTS, startMs }: CrewOptions = {},
): Crew<Task, Result> {
  const queue: CrewJob<Task, Result>[] = [];
  let isClosed = false;
  const start = (data: object) =>
    new Worker(url, { workerData: { ...workerData, ...data }, ...threadFlags() });
  const again = (job: CrewJob<Task, Result>) => queue.unshift(job);
  const members = Array.from(
    { length: threads },
    () => new CrewMember<Task, Result>(start, { attempts, startMs }, again, next),
  );
  function next(): void {
    for (const member of members) member.work(queue);
  }
  return {
    threads,
    get free() {
      return members.filter(({ isFree }) => isFree).length;
    },
    run(task, options = {}) {
      const { signal } = options;
      return new Promise((resolve, reject) => {
        if (isClosed) {
          reject(new ThreadError('closed', 'these threads were closed'));
          return;
        }
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const job = new CrewJob<Task, Result>(task, resolve, reject, options);
        const stop = () => {
          const at = queue.indexOf(job);
          if (at >= 0) queue.splice(at, 1);
          job.leave(signal?.reason);
        };
        if (signal) {
          forMany(signal).addEventListener('abort', stop, { once: true });
          job.onOver = () => signal.removeEventListener('abort', stop);
        }
        queue.push(job);
        next();
      });
    },
    ...closable(async () => {
      isClosed = true;
      for (const job of queue.splice(0)) {
        job.reject(new ThreadError('closed', 'these threads were closed before they began a task'));
      }
      await Promise.all(members.map((member) => member.close()));
    }),
  };
}
