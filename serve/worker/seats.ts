import { RequestError } from '../../lib/protocol/messages/index.js';
import type { Timer } from '../../lib/util/timer.js';
import type { ModelKey } from '../executor.js';
import type { Store } from '../store/index.js';
import type { LoadedReport, LoadTask } from './hosting/index.js';
import type { Seat } from './seat.js';
import type { Served } from './served.js';
import { isStale, noted } from './spares.js';
import type { Thread } from './thread.js';
import { loadOnThread } from './threadLoads.js';
import type { Threads } from './threads.js';

/** What {@link Seats} work with. */
export interface SeatsContext {
  readonly threads: Threads;
  readonly served: Served;
  readonly store: Store;
  readonly timer: Timer;
  /** Milliseconds that loading a model may take. */
  readonly loadMs: number;
  /** Called when a seat may be free. */
  readonly onFree: () => void;
  /** Called when a seat's thread has ended. */
  readonly onLost: (seat: Seat, thread: Thread) => void;
  /** Called when a model that was loaded on a new thread has ended it. */
  readonly onLoadLost: (model: ModelKey, why: string) => void;
}

/** Milliseconds until a thread that ended by itself is replaced, doubled each time up to the last. */
const REST_MS = 50;
const LONGEST_REST_MS = 10_000;
/** A thread that is needed in another's place is made so often. */
const ATTEMPTS = 3;

/** A version that was loaded on a spare thread, until all others have it. */
interface Proven {
  readonly task: LoadTask;
  /** Why another thread couldn't load it. */
  failure: RequestError | undefined;
}

/** The threads that answer. Each has all models that are served; where one ends, another takes its seat and loads them. */
export class Seats {
  private seats: readonly Seat[];
  private readonly proven = new Map<ModelKey, Proven>();
  /** Threads are made beside others one at a time. */
  private renewals: Promise<unknown> = Promise.resolve();
  private rests = 0;
  private isClosed = false;

  constructor(
    count: number,
    private readonly context: SeatsContext,
  ) {
    this.seats = Array.from({ length: count }, () => this.seat());
    for (const seat of this.seats) seat.isReady = true;
  }

  get count(): number {
    return this.seats.length;
  }

  [Symbol.iterator](): Iterator<Seat> {
    return this.seats[Symbol.iterator]();
  }

  close(): void {
    this.isClosed = true;
  }

  /** Replaces the thread of a seat: at once where slices have ended it, and not all the time where it can't live by itself. */
  refill(seat: Seat, hadSlices: boolean): void {
    // Another one has its place, or would have had.
    if (!this.seats.includes(seat)) return;
    if (hadSlices) this.rests = 0;
    const rest = hadSlices ? 0 : Math.min(LONGEST_REST_MS, REST_MS * 2 ** this.rests++);
    if (rest === 0) void this.replace(seat);
    else this.context.timer.after(rest, () => void this.replace(seat));
  }

  /** Has seats that take slices load what came to be served while they were made. */
  catchUp(): void {
    for (const seat of this.seats) if (seat.isReady) this.catchUpOn(seat);
  }

  /**
   * Loads a version on a thread that answers.
   *
   * @returns undefined where none could
   */
  async loadOnOne(task: LoadTask): Promise<{ thread: Thread; report: LoadedReport | undefined } | undefined> {
    const { code } = task.model;
    const seat = this.seats.find(({ thread }) => thread.ended === undefined && !isStale(thread, code));
    if (seat === undefined) return undefined;
    const { thread } = seat;
    const report = await this.loadOn(seat, thread, task);
    return { thread, report: report instanceof RequestError ? undefined : report };
  }

  /**
   * Has all threads load a version that one has loaded: they themselves, or others beside them where that would keep them
   * for long.
   *
   * @throws RequestError where one can't; the signal's reason
   */
  async loadOnAll(task: LoadTask, isLong: boolean, signal: AbortSignal): Promise<void> {
    const { key } = task.model;
    const proven: Proven = { task, failure: undefined };
    this.proven.set(key, proven);
    try {
      let mayRenew = isLong;
      for (let attempt = 1; ; ) {
        signal.throwIfAborted();
        if (proven.failure !== undefined) throw proven.failure;
        const lacking = this.seats.filter(
          ({ thread }) => thread.ended === undefined && !thread.models.has(key),
        );
        if (lacking.length === 0) return;
        await Promise.all(
          lacking.map(async (seat) => {
            const { thread } = seat;
            const isNeeded = isStale(thread, task.model.code);
            if (isNeeded || mayRenew) {
              if (await this.renew(seat, isNeeded)) return;
              // Others wait then, but none is lost.
              if (!isNeeded) mayRenew = false;
              else if (++attempt > ATTEMPTS) throw unreplaced(key);
              return;
            }
            const outcome = await this.loadOn(seat, thread, task);
            // A thread that other models have ended isn't this one's fault; the next one loads it again.
            if (outcome instanceof RequestError && !thread.hasFailedSlices) throw outcome;
          }),
        );
      }
    } finally {
      this.proven.delete(key);
    }
  }

  private seat(): Seat {
    const { threads, onLost } = this.context;
    const seat: Omit<Seat, 'thread'> = {
      isReady: false,
      computing: undefined,
      jobs: new Set(),
      loading: 0,
      isPinged: false,
      renewal: undefined,
    };
    const thread: Thread = threads.start((ended) => onLost(whole, ended));
    const whole: Seat = Object.assign(seat, { thread });
    return whole;
  }

  /** A new thread with all models that are served. */
  private async replace(seat: Seat): Promise<void> {
    if (this.isClosed || !this.seats.includes(seat)) return;
    const { threads, onLost } = this.context;
    seat.thread = threads.start((ended) => onLost(seat, ended));
    seat.loading = 0;
    if (await this.loadServed(seat)) this.ready(seat);
  }

  /** A seat takes slices from now on. */
  private ready(seat: Seat): void {
    seat.isReady = true;
    this.catchUpOn(seat);
    this.context.onFree();
  }

  private catchUpOn(seat: Seat): void {
    const lacking = this.context.served.lackingOn(seat.thread);
    if (lacking === undefined) return;
    void this.loadOn(seat, seat.thread, { model: lacking.opened.model, voided: lacking.voided });
  }

  /**
   * Loads on a seat's thread all models that are served, also those that come meanwhile.
   *
   * @param mayWithdraw whether a model whose code was changed in place is given up; otherwise the thread is
   * @returns whether it has them all: not where it ended
   */
  private async loadServed(seat: Seat, mayWithdraw = true): Promise<boolean> {
    const { served, store, onLoadLost } = this.context;
    const { thread } = seat;
    for (;;) {
      const lacking = served.lackingOn(thread);
      if (lacking === undefined) return seat.thread === thread && thread.ended === undefined;
      const { model } = lacking.opened;
      if (!mayWithdraw && !(await store.isSame(model.code))) return false;
      const outcome = await this.loadOn(seat, thread, { model, voided: lacking.voided });
      if (thread.ended !== undefined) {
        if (outcome !== undefined) onLoadLost(model.key, thread.ended);
        return false;
      }
      const isSame = await store.isSame(model.code);
      if (!isSame) thread.mistaken.add(model.code.identity);
      if (served.get(model.key) !== lacking) continue;
      if (!isSame && !mayWithdraw) return false;
      if (outcome instanceof RequestError)
        served.withdraw(lacking, `couldn't be loaded on another thread: ${outcome.message}`);
      else if (!isSame)
        served.withdraw(lacking, 'lost its thread after its code was changed in place: load it again');
    }
  }

  /**
   * Has another thread take a seat's place, once it has all models and those that are proven: the old one answers until
   * then, and to the end what it has begun.
   *
   * @param isNeeded whether it must, though models are given up whose code was changed in place: no other thread can
   *   import that any more
   * @returns whether it has: not where it ended, or isn't needed and would lack a model
   */
  private renew(seat: Seat, isNeeded: boolean): Promise<boolean> {
    if (seat.renewal !== undefined) return seat.renewal;
    const renewal = this.renewals.then(async () => {
      const fresh = this.isClosed ? undefined : await this.madeBeside(isNeeded);
      seat.renewal = undefined;
      if (fresh === undefined) return false;
      this.seats = this.seats.map((each) => (each === seat ? fresh : each));
      this.ready(fresh);
      void leave(seat);
      return true;
    });
    seat.renewal = renewal;
    this.renewals = renewal.catch(() => {});
    return renewal;
  }

  /** A seat whose thread has all models; undefined if it ended. */
  private async madeBeside(isNeeded: boolean): Promise<Seat | undefined> {
    const seat = this.seat();
    const { thread } = seat;
    if (!(await this.loadServed(seat, isNeeded))) {
      thread.kill('it lacks a model that is served');
      return undefined;
    }
    for (const proven of this.proven.values()) {
      if (thread.models.has(proven.task.model.key)) continue;
      const outcome = await this.loadOn(seat, thread, proven.task);
      if (outcome instanceof RequestError) proven.failure = outcome;
    }
    // What came meanwhile.
    if ((await this.loadServed(seat, isNeeded)) && !this.isClosed) return seat;
    thread.kill('it lacks a model that is served');
    return undefined;
  }

  /**
   * Loads a model on the thread of a seat, once it has loaded those before.
   *
   * @returns undefined if it had ended before
   */
  private loadOn(
    seat: Seat,
    thread: Thread,
    task: LoadTask,
  ): Promise<LoadedReport | RequestError | undefined> {
    const { timer, loadMs, onFree } = this.context;
    noted(thread, task.model.code);
    return thread.afterOthers(async () => {
      if (thread.ended !== undefined) return undefined;
      seat.loading++;
      const outcome = await loadOnThread(thread, task, timer, loadMs);
      if (seat.thread === thread) {
        seat.loading--;
        onFree();
      }
      return outcome;
    });
  }
}

/** Ends the thread of a seat that another one has taken, once its slices are answered. */
async function leave(seat: Seat): Promise<void> {
  seat.isReady = false;
  while (seat.jobs.size > 0) await Promise.allSettled([...seat.jobs].map(({ answer }) => answer));
  // What it was about to load, too.
  await seat.thread.afterOthers(() => {});
  seat.thread.kill('another one has taken its place');
}

function unreplaced(key: ModelKey): RequestError {
  return new RequestError(
    'unavailable',
    `the threads that were to take others' places with model '${key}' ended while they were made`,
  );
}
