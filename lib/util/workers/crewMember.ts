import type { Worker } from 'node:worker_threads';
import { ThreadError } from '../../errors.js';
import { errorText } from '../errorText.js';
import { NativeCalls } from '../nativeCalls.js';
import { systemTimer } from '../timer.js';
import { afterCoreTime, waitedMs } from './coreTime.js';
import type { CrewJob } from './crewJob.js';
import { COMPUTES, type FromCrew, type ToCrew } from './crewMessage.js';

/** A task that loses its threads so often will lose the next ones too. */
export const ATTEMPTS = 3;
/** So often is one begun that others may be to blame for. */
const LOSSES = 20;
/** Milliseconds after which a task that still waits isn't suspected any more. */
const CLEARED_MS = 5_000;

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
  /** Id of the task that the thread computes: it is shared. */
  private computes: Int32Array = new Int32Array(1);
  /**
   * Tasks of which one has ended a thread while all waited. Each group has the thread to itself, in turn; where one of
   * it does so again, the group is halved.
   */
  private suspects: CrewJob<Task, Result>[][] = [];
  private callOffClearing: (() => void) | undefined;
  /** Why the thread ends, if that is known, and its number at the system. */
  private why: string | undefined;
  private number: string | undefined;
  private isStarted = false;
  /** Calls off what sees that the thread starts, and then takes messages. */
  private unwatch: (() => void) | undefined;

  /**
   * @param again puts a task that waited on a lost thread before all others
   * @param onFree called when it can take a job
   */
  constructor(
    private readonly create: (data: object) => Worker,
    private readonly limits: { readonly attempts: number; readonly startMs: number | undefined },
    private readonly again: (job: CrewJob<Task, Result>) => void,
    private readonly onFree: () => void,
  ) {}

  /** Whether it would take a task at once. */
  get isFree(): boolean {
    return this.canTake && this.suspects.length === 0;
  }

  /** Takes tasks while it can. */
  work(queue: CrewJob<Task, Result>[]): void {
    while (this.canTake) {
      const job = this.nextOf(queue);
      if (job === undefined) return;
      if (!job.isOver) this.take(job);
    }
  }

  /** A thread that replaces a lost one is free once it has started. */
  private get canTake(): boolean {
    return this.current === undefined && !this.isClosed && (this.isStarted || this.worker === undefined);
  }

  /** The next task: of a group of suspects, or of all. */
  private nextOf(queue: CrewJob<Task, Result>[]): CrewJob<Task, Result> | undefined {
    const [group] = this.suspects;
    if (group === undefined) return queue.shift();
    if (group.length > 0) return group.shift();
    if ([...this.jobs.values()].some(isSuspect)) {
      this.callOffClearing ??= systemTimer.after(CLEARED_MS, () => this.clear());
      return undefined;
    }
    this.endGroup();
    return this.nextOf(queue);
  }

  /** Tasks that may wait for ever keep the thread from others no longer. */
  private clear(): void {
    for (const job of this.jobs.values()) job.isCleared = true;
    this.endGroup();
    if (!this.isClosed) this.onFree();
  }

  private endGroup(): void {
    this.stopClearing();
    this.suspects.shift();
  }

  private stopClearing(): void {
    this.callOffClearing?.();
    this.callOffClearing = undefined;
  }

  private take(job: CrewJob<Task, Result>): void {
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
    for (const job of this.suspects.flat()) {
      job.reject(new ThreadError('closed', 'these threads were closed before they began a task again'));
    }
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
    // While a thread starts, tasks may wait for it alone.
    if (this.isStarted) {
      this.stopWatching();
      this.worker?.unref();
    }
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
    this.computes = new Int32Array(new SharedArrayBuffer(4)).fill(-1);
    const worker = this.create({ ...this.calls.workerData, [COMPUTES]: this.computes });
    this.why = undefined;
    const { startMs } = this.limits;
    if (startMs !== undefined) this.endAfter(worker, startMs, "didn't start");
    worker.on('message', (message: FromCrew<Result>) => {
      if ('number' in message) this.number = message.number;
      else if ('started' in message) this.started(worker);
      else if ('pong' in message) this.watchOn(worker);
      else this.heed(message);
    });
    worker.on('error', (error: unknown) => {
      this.why = errorText(error);
    });
    worker.on('exit', (code) => this.lose(code));
    return worker;
  }

  private started(worker: Worker): void {
    this.isStarted = true;
    for (const job of this.jobs.values()) job.begin();
    this.stopWatching();
    this.watch(worker);
    if (!this.isClosed) this.onFree();
    this.rest();
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

  /** The thread has ended. To blame is the task that it computed, or the only one; else one of those that waited. */
  private lose(code: number): void {
    this.stopWatching();
    this.stopClearing();
    this.worker = undefined;
    this.number = undefined;
    this.isStarted = false;
    this.current = undefined;
    const lost = [...this.jobs.values()];
    const open = lost.length === 1 ? lost : lost.filter(isSuspect);
    const culprit = open.length === 1 ? open[0] : this.jobs.get(Atomics.load(this.computes, 0));
    this.jobs.clear();
    const why = this.why ?? `it ended with code ${code}`;
    const left = lost.filter((job) => {
      const most = job === culprit ? this.limits.attempts : LOSSES;
      if (!job.isOver && !this.isClosed && job.attempts < most) return true;
      job.reject(new ThreadError('lost', `a thread was lost: ${why}`));
      return false;
    });
    for (const job of left) job.lose();
    if (culprit === undefined && left.length > 0) {
      const half = Math.ceil(left.length / 2);
      this.suspects.unshift(left.slice(0, half), left.slice(half));
    } else for (const job of left.reverse()) this.again(job);
    // One that ended before it had a task would do so again and again.
    if (this.tasks > 0 && !this.isClosed) this.worker = this.start();
    this.rest();
    if (!this.isClosed) this.onFree();
  }
}

function isSuspect({ isCleared }: { readonly isCleared: boolean }): boolean {
  return !isCleared;
}
