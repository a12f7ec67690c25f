import { Worker } from 'node:worker_threads';
import { ThreadError } from '../../errors.js';
import { type Closable, closable } from '../closable.js';
import type { FromCrew, ToCrew } from './crewMessage.js';

/** How a task is watched and ended. */
export interface TaskOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the share that is done, 0 … 1; never with less than before. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** Worker threads that do whole tasks, one at a time each, in the order in which they were given. */
export interface Crew<Task, Result> extends Closable {
  /** How many they are at most. */
  readonly threads: number;
  /**
   * Has the next free thread do a task.
   *
   * A lost thread is replaced, and its task done again, twice at most.
   *
   * @param task is copied to the thread, but for shared memory
   * @throws ThreadError; the signal's reason, at once if that is aborted. The thread is then free when the task sees it
   */
  run(task: Task, options?: TaskOptions): Promise<Result>;
}

/** A task that loses its threads so often will lose the next ones too. */
const ATTEMPTS = 3;

/**
 * Threads for tasks, each started when there is a task for it. They don't keep a process alive that
 * waits for nothing else.
 *
 * @param url of a module that calls `serveTasks`
 */
export function startCrew<Task, Result>(threads: number, url: URL): Crew<Task, Result> {
  const queue: Job<Task, Result>[] = [];
  let isClosed = false;
  const members = Array.from({ length: threads }, () => new Member<Task, Result>(url, next));
  function next(): void {
    for (const member of members) {
      if (!member.isFree) continue;
      const job = queue.shift();
      if (job === undefined) return;
      member.take(job);
    }
  }
  return {
    threads,
    run(task, { signal, onProgress } = {}) {
      return new Promise((resolve, reject) => {
        if (isClosed) {
          reject(new ThreadError('closed', 'these threads were closed'));
          return;
        }
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const job = new Job<Task, Result>(task, resolve, reject, onProgress);
        const stop = () => {
          const at = queue.indexOf(job);
          if (at >= 0) queue.splice(at, 1);
          job.leave(signal?.reason);
        };
        signal?.addEventListener('abort', stop, { once: true });
        job.onOver = () => signal?.removeEventListener('abort', stop);
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

/** A task and who waits for it. */
class Job<Task, Result> {
  attempts = 0;
  isOver = false;
  onOver: () => void = () => undefined;
  /** Tells the thread that does it. */
  tell: (() => void) | undefined;
  private share = 0;

  constructor(
    readonly task: Task,
    private readonly onResult: (result: Result) => void,
    private readonly onError: (reason: unknown) => void,
    private readonly onProgress: ((share: number) => void) | undefined,
  ) {}

  /** Shares of a task that is done again count from where it was before. */
  progress(share: number): void {
    if (this.isOver || share <= this.share) return;
    this.share = share;
    this.onProgress?.(share);
  }

  resolve(result: Result): void {
    if (this.end()) this.onResult(result);
  }

  reject(reason: unknown): void {
    if (this.end()) this.onError(reason);
  }

  leave(reason: unknown): void {
    this.tell?.();
    this.reject(reason);
  }

  private end(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    this.onOver();
    return true;
  }
}

/** A thread's place in the crew: another thread takes it where one is lost. */
class Member<Task, Result> {
  private worker: Worker | undefined;
  private job: Job<Task, Result> | undefined;
  private tasks = 0;
  private idle: (() => void) | undefined;
  private isClosed = false;

  /** @param onFree called when it can take a job */
  constructor(
    private readonly url: URL,
    private readonly onFree: () => void,
  ) {}

  get isFree(): boolean {
    return this.job === undefined && !this.isClosed;
  }

  take(job: Job<Task, Result>): void {
    this.worker ??= this.start();
    const { worker } = this;
    const id = this.tasks++;
    this.job = job;
    job.attempts++;
    job.tell = () => worker.postMessage({ id, left: true } satisfies ToCrew<Task>);
    worker.ref();
    try {
      worker.postMessage({ id, task: job.task } satisfies ToCrew<Task>);
    } catch (error) {
      // A task that can't be copied.
      job.reject(error);
      this.free();
    }
  }

  /** Ends the thread once its task is done or left. */
  async close(): Promise<void> {
    this.isClosed = true;
    if (this.job !== undefined && !this.job.isOver) {
      await new Promise<void>((resolve) => (this.idle = resolve));
    }
    await this.worker?.terminate();
  }

  private free(): void {
    this.job = undefined;
    this.worker?.unref();
    this.idle?.();
    if (!this.isClosed) this.onFree();
  }

  private start(): Worker {
    const worker = new Worker(this.url);
    worker.unref();
    let why = 'it ended';
    worker.on('message', (message: FromCrew<Result>) => {
      const { job } = this;
      if ('share' in message) {
        job?.progress(message.share);
        return;
      }
      if ('result' in message) job?.resolve(message.result);
      else job?.reject(new ThreadError('failed', `a thread failed: ${message.failure}`));
      this.free();
    });
    worker.on('error', (error: unknown) => {
      why = error instanceof Error ? error.message : String(error);
    });
    worker.on('exit', () => {
      this.worker = undefined;
      const { job } = this;
      if (job === undefined) return;
      if (job.isOver || this.isClosed || job.attempts === ATTEMPTS) {
        job.reject(new ThreadError('lost', `a thread was lost: ${why}`));
        this.free();
      } else this.take(job);
    });
    return worker;
  }
}
