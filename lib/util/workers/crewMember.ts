import type { Worker } from 'node:worker_threads';
import { ThreadError } from '../../errors.js';
import { NativeCalls } from '../nativeCalls.js';
import { systemTimer } from '../timer.js';
import { afterCoreTime, waitedMs } from './coreTime.js';
import type { CrewJob } from './crewJob.js';
import type { FromCrew, ToCrew } from './crewMessage.js';

/** A task that loses its threads so often will lose the next ones too. */
export const ATTEMPTS = 3;

/** A thread's place in the crew: another thread takes it where one is lost. */
export class CrewMember<Task, Result> {
  private worker: Worker | undefined;
  private calls = new NativeCalls();
  /** Tasks that the thread hasn't answered, by id, and the one that it works on. */
  private readonly jobs = new Map<number, CrewJob<Task, Result>>();
  private current: CrewJob<Task, Result> | undefined;
  /** Tasks that this thread was given. */
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
    private readonly again: (job: CrewJob<Task, Result>) => void,
    private readonly onFree: () => void,
  ) {}

  /** A thread that replaces a lost one is free once it has started. */
  get isFree(): boolean {
    return this.current === undefined && !this.isClosed && (this.isStarted || this.worker === undefined);
  }

  take(job: CrewJob<Task, Result>): void {
    this.worker ??= this.start();
    const { worker } = this;
    const id = this.tasks++;
    this.current = job;
    this.jobs.set(id, job);
    job.attempts++;
    // A thread that loads hasn't begun anything.
    if (this.isStarted) job.begin();
    job.tell = () => worker.postMessage({ id, left: true } satisfies ToCrew<Task>);
    worker.ref();
    try {
      worker.postMessage({ id, task: job.task } satisfies ToCrew<Task>);
      if (this.isStarted && this.unwatch === undefined) this.watch(worker);
    } catch (error) {
      // A task that can't be copied. Who gave it looks for the next one: from here, thousands would fill the stack.
      job.reject(error);
      this.jobs.delete(id);
      this.current = undefined;
      this.rest();
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
    if (!this.isClosed) this.onFree();
  }

  private rest(): void {
    if (this.jobs.size > 0) return;
    if (this.isStarted) this.stopWatching();
    this.worker?.unref();
    this.idle?.();
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
    this.tasks = 0;
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
    for (const job of this.jobs.values()) job.begin();
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
      if (!job.isOver && !this.isClosed && job.attempts < most) {
        job.lose();
        this.again(job);
      }
      else job.reject(new ThreadError('lost', `a thread was lost: ${this.why}`));
    }
    // One that ended before it had a task would do so again and again.
    if (this.tasks > 0 && !this.isClosed) this.worker = this.start();
    this.rest();
    if (!this.isClosed) this.onFree();
  }
}
