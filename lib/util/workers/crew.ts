import { Worker } from 'node:worker_threads';
import { ThreadError } from '../../errors.js';
import { type Closable, closable } from '../closable.js';
import { NativeCalls } from '../nativeCalls.js';
import { systemTimer } from '../timer.js';
import { afterCoreTime, waitedMs } from './coreTime.js';
import type { FromCrew, ToCrew } from './crewMessage.js';

/** How a task is watched and ended. */
export interface TaskOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the share that is done, 0 … 1; never with less than before. */
  readonly onProgress?: ((share: number) => void) | undefined;
  /** Called when a thread begins it; again where that one is lost. */
  readonly onBegin?: (() => void) | undefined;
  /**
   * Milliseconds of its core for which the thread may take no message before it is ended. @defaultValue no limit
   */
  readonly limitMs?: number | undefined;
}

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
  /**
   * Has the next free thread do a task.
   *
   * A lost thread is replaced, and its task done again as often as the crew's options say.
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
export function startCrew<Task, Result>(
  threads: number,
  url: URL,
  { workerData, attempts = ATTEMPTS, startMs }: CrewOptions = {},
): Crew<Task, Result> {
  const queue: Job<Task, Result>[] = [];
  let isClosed = false;
  const start = (calls: NativeCalls) =>
    new Worker(url, { workerData: { ...workerData, ...calls.workerData } });
  const again = (job: Job<Task, Result>) => queue.unshift(job);
  const members = Array.from(
    { length: threads },
    () => new Member<Task, Result>(start, { attempts, startMs }, again, next),
  );
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
        const job = new Job<Task, Result>(task, resolve, reject, options);
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
    private readonly options: TaskOptions,
  ) {}

  get limitMs(): number | undefined {
    return this.options.limitMs;
  }

  begin(): void {
    this.attempts++;
    this.options.onBegin?.();
  }

  /** Shares of a task that is done again count from where it was before. */
  progress(share: number): void {
    if (this.isOver || share <= this.share) return;
    this.share = share;
    this.options.onProgress?.(share);
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
  private calls = new NativeCalls();
  /** Tasks that the thread hasn't answered, by id, and the one that it works on. */
  private readonly jobs = new Map<number, Job<Task, Result>>();
  private current: Job<Task, Result> | undefined;
  private tasks = 0;
  private idle: (() => void) | undefined;
  private isClosed = false;
  /** Why the thread ends, and its number at the system. */
  private why = 'it ended';
  private number: string | undefined;
  private isStarted = false;
  /** Calls off what sees that the thread starts, and then takes messages. */
  private unwatch: (() => void) | undefined;

  /**
   * @param again puts a task that waited on a lost thread before all others
   * @param onFree called when it can take a job
   */
  constructor(
    private readonly create: (calls: NativeCalls) => Worker,
    private readonly limits: { readonly attempts: number; readonly startMs: number | undefined },
    private readonly again: (job: Job<Task, Result>) => void,
    private readonly onFree: () => void,
  ) {}

  /** A thread that replaces a lost one is free once it has started. */
  get isFree(): boolean {
    return this.current === undefined && !this.isClosed && (this.isStarted || this.worker === undefined);
  }

  take(job: Job<Task, Result>): void {
    this.worker ??= this.start();
    const { worker } = this;
    const id = this.tasks++;
    this.current = job;
    this.jobs.set(id, job);
    job.begin();
    job.tell = () => worker.postMessage({ id, left: true } satisfies ToCrew<Task>);
    worker.ref();
    try {
      worker.postMessage({ id, task: job.task } satisfies ToCrew<Task>);
      if (this.isStarted && this.unwatch === undefined) this.watch(worker);
    } catch (error) {
      // A task that can't be copied.
      job.reject(error);
      this.done(id);
    }
  }

  /** Ends the thread once its tasks are done or left. */
  async close(): Promise<void> {
    this.isClosed = true;
    if ([...this.jobs.values()].some(({ isOver }) => !isOver)) {
      await new Promise<void>((resolve) => (this.idle = resolve));
    }
    this.stopWatching();
    if (this.worker !== undefined) await this.calls.terminate(this.worker);
  }

  /** A task needs the thread no longer. */
  private done(id: number): void {
    const job = this.jobs.get(id);
    this.jobs.delete(id);
    if (this.current === job) this.current = undefined;
    this.rest();
  }

  private rest(): void {
    if (this.jobs.size === 0) {
      if (this.isStarted) this.stopWatching();
      this.worker?.unref();
      this.idle?.();
    }
    if (!this.isClosed) this.onFree();
  }

  private stopWatching(): void {
    this.unwatch?.();
    this.unwatch = undefined;
  }

  /** Sees that the thread takes messages. */
  private watch(worker: Worker): void {
    const { limitMs } = this;
    if (limitMs === undefined) return;
    worker.postMessage({ ping: true } satisfies ToCrew<Task>);
    this.endAfter(worker, limitMs, 'took no message');
  }

  private endAfter(worker: Worker, limitMs: number, what: string): void {
    const { calls } = this;
    const numberOf = () => this.number;
    const thread = {
      get waitedMs() {
        return waitedMs(numberOf());
      },
    };
    this.unwatch = afterCoreTime(systemTimer, thread, limitMs, () => {
      this.why = `it ${what} for ${Math.round(limitMs)} ms`;
      void calls.terminate(worker);
    });
  }

  /** It has just taken one: it is asked again after a while. */
  private watchOn(worker: Worker): void {
    const { limitMs } = this;
    if (limitMs === undefined) return;
    this.unwatch?.();
    this.unwatch = systemTimer.after(limitMs / 2, () => this.watch(worker));
  }

  /** Of all tasks that the thread has; undefined where none has a limit. */
  private get limitMs(): number | undefined {
    const limits = [...this.jobs.values()].flatMap(({ limitMs }) => limitMs ?? []);
    return limits.length === 0 ? undefined : Math.max(...limits);
  }

  private start(): Worker {
    this.calls = new NativeCalls();
    const worker = this.create(this.calls);
    worker.unref();
    this.why = 'it ended';
    const { startMs } = this.limits;
    if (startMs !== undefined) this.endAfter(worker, startMs, "didn't start");
    worker.on('message', (message: FromCrew<Result>) => {
      if ('number' in message) this.number = message.number;
      else if ('started' in message) this.started(worker);
      else if ('pong' in message) this.watchOn(worker);
      else this.heed(message);
    });
    worker.on('error', (error: unknown) => {
      this.why = error instanceof Error ? error.message : String(error);
    });
    worker.on('exit', () => this.lose());
    return worker;
  }

  private started(worker: Worker): void {
    this.isStarted = true;
    this.stopWatching();
    this.watch(worker);
    if (!this.isClosed) this.onFree();
  }

  private heed(message: Extract<FromCrew<Result>, { readonly id: number }>): void {
    const job = this.jobs.get(message.id);
    if ('share' in message) job?.progress(message.share);
    else if ('waits' in message) {
      if (this.current === job) this.current = undefined;
      if (!this.isClosed) this.onFree();
    } else {
      if ('result' in message) job?.resolve(message.result);
      else job?.reject(new ThreadError('failed', `a thread failed: ${message.failure}`));
      this.done(message.id);
    }
  }

  /** The thread has ended. Only the task that it worked on can be to blame, and counts its attempts by that. */
  private lose(): void {
    this.stopWatching();
    this.worker = undefined;
    this.number = undefined;
    this.isStarted = false;
    const { current } = this;
    const lost = [...this.jobs.values()];
    this.jobs.clear();
    this.current = undefined;
    for (const job of lost.reverse()) {
      const most = job === current ? this.limits.attempts : ATTEMPTS;
      if (!job.isOver && !this.isClosed && job.attempts < most) this.again(job);
      else job.reject(new ThreadError('lost', `a thread was lost: ${this.why}`));
    }
    if (lost.length > 0 && !this.isClosed) this.worker = this.start();
    this.rest();
  }
}
