import { availableParallelism } from 'node:os';
import { checkKeys, checkPositive, checkWhole } from '../../lib/check.js';
import { RequestError } from '../../lib/protocol/messages/index.js';
import { importedOnce } from '../../lib/util/code/index.js';
import { systemTimer, type Timer } from '../../lib/util/timer.js';
import type { LoadedModel, ModelExecutor, ModelFiles, ModelKey, Running, Slice } from '../executor.js';
import { type Opened, Store } from '../store/index.js';
import { culpritOf, ownersOf } from './culprit.js';
import { type LoadedReport, type LoadTask, receivedFault } from './hosting/index.js';
import { Loads } from './loads.js';
import { PooledSlice } from './pooledSlice.js';
import { isFor, type Seat } from './seat.js';
import { SliceRunner } from './sliceRunner.js';
import { Strikes } from './strikes.js';
import { Thread } from './thread.js';

/** Options of {@link WorkerPool}. */
export interface WorkerPoolOptions {
  /** Threads, 1 or more. @defaultValue one less than there are cores, which is left to I/O */
  readonly threads?: number;
  /**
   * Milliseconds that a slice may compute before its thread is ended, at least; one that is expected
   * to take long may take twenty times as long as expected. Waits for a core don't count where the
   * system tells of them, as Linux does. @defaultValue 1000
   */
  readonly computeMs?: number;
  /** Milliseconds that loading a model may take. @defaultValue 60000 */
  readonly loadMs?: number;
  /** Whether a model answers the rows in its file when it is loaded, on one thread. @defaultValue false */
  readonly answersOwn?: boolean;
  /** Milliseconds that a slice may take in all, waits included, where it has no deadline. @defaultValue 60000 */
  readonly totalMs?: number;
  /** Megabytes of a thread's heap, beside shared memory. @defaultValue Node's own limit */
  readonly memoryMb?: number;
  /** Called when a model ended threads so often that it isn't served any more. */
  readonly onUnavailable?: (model: ModelKey, reason: string) => void;
  /** @defaultValue a store of its own */
  readonly store?: Store;
  readonly timer?: Timer;
  /** URL of the threads' program; only tests have a reason to give it. */
  readonly program?: URL;
}

/** A slice may take so many times as long as expected. */
const PATIENCE = 20;
/** Milliseconds until a thread that ended by itself is replaced, doubled each time up to the last. */
const REST_MS = 50;
const LONGEST_REST_MS = 10_000;
/** A slice whose thread ended is tried again so often. */
const ATTEMPTS = 3;

interface Entry {
  readonly opened: Opened;
  readonly about: LoadedModel;
  readonly voided: string | undefined;
  /** Why it isn't served, if it isn't. */
  unavailable: string | undefined;
}

/**
 * Runs slices on threads that can be ended. Each thread has all models, in memory that they share,
 * and computes one slice at a time. A thread whose slice takes too long, or that ends otherwise, is
 * replaced at once; other slices that it had are run again.
 *
 * @example
 * const pool = new WorkerPool();
 * const model = await pool.load({ key: 'mail/1#1', artifact: 'mail/1/model.cascade', features: 'mail/1/features.js' });
 */
export class WorkerPool implements ModelExecutor {
  private readonly store: Store;
  private readonly timer: Timer;
  private readonly strikes: Strikes;
  private readonly runner: SliceRunner;
  private readonly program: URL;
  private readonly seats: Seat[];
  private readonly loads = new Loads<Entry>();
  private readonly entries = new Map<ModelKey, Entry>();
  private readonly queue: PooledSlice[] = [];
  /** Threads that may still read memory. */
  private readonly living = new Set<Thread>();
  private rests = 0;
  private isClosed = false;
  private readonly options: Required<Pick<WorkerPoolOptions, 'computeMs' | 'loadMs' | 'totalMs'>> &
    WorkerPoolOptions;

  /** @throws OptionError */
  constructor(options: WorkerPoolOptions = {}) {
    checkKeys(options, [
      'threads',
      'computeMs',
      'loadMs',
      'totalMs',
      'memoryMb',
      'answersOwn',
      'onUnavailable',
      'store',
      'timer',
      'program',
    ]);
    const { threads = Math.max(1, availableParallelism() - 1), memoryMb } = options;
    const { computeMs = 1_000, loadMs = 60_000, totalMs = 60_000, timer = systemTimer } = options;
    checkWhole('threads', threads, 1);
    for (const [name, value] of Object.entries({ computeMs, loadMs, totalMs }))
      checkPositive(name, value, 'milliseconds above 0');
    if (memoryMb !== undefined) checkPositive('memoryMb', memoryMb, 'megabytes above 0');
    this.options = { ...options, computeMs, loadMs, totalMs };
    this.store = options.store ?? new Store();
    this.timer = timer;
    this.strikes = new Strikes(timer);
    this.runner = new SliceRunner(timer, () => this.dispatch());
    this.program = options.program ?? PROGRAM;
    this.seats = Array.from({ length: threads }, () => this.seat());
    for (const seat of this.seats) seat.isReady = true;
  }

  get cores(): number {
    return this.seats.filter(({ isReady }) => isReady).length;
  }

  /** Octets that the models hold in shared memory. */
  get memory() {
    return this.store.memory;
  }

  async load(
    files: ModelFiles,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<LoadedModel> {
    if (this.isClosed) throw new RequestError('unavailable', 'the server is closing');
    const entry = await this.loads.load(files.key, (stop) => this.loadEverywhere(files, stop), signal);
    return entry.about;
  }

  async unload(key: ModelKey): Promise<void> {
    const entry = await this.loads.stop(key);
    if (entry === undefined) return;
    this.entries.delete(key);
    this.strikes.forget(key);
    this.refuseQueued(key, new RequestError('unavailable', `model '${key}' was unloaded`));
    await this.forget(entry.opened);
  }

  run(slice: Slice): Running {
    const refused = this.refusal(slice);
    const job = new PooledSlice(slice, this.limitOf(slice), this.timer.now());
    if (refused !== undefined) {
      job.fail(refused);
      return job;
    }
    const { totalMs } = this.options;
    const calm = this.timer.after(Math.max(totalMs, slice.deadlineMs ?? 0) + job.limitMs, () =>
      job.fail(
        new RequestError(
          'internal',
          `model '${slice.model}' gave no answer within ${totalMs} ms and was given up`,
        ),
      ),
    );
    job.onSettled(() => {
      calm();
      const at = this.queue.indexOf(job);
      if (at >= 0) this.queue.splice(at, 1);
    });
    this.queue.push(job);
    this.dispatch();
    return job;
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    const closing = new RequestError('unavailable', 'the server is closing');
    this.loads.abort(closing);
    for (const job of this.queue.splice(0)) job.fail(closing);
    for (const seat of this.seats) {
      for (const job of seat.jobs) job.fail(closing);
      seat.jobs.clear();
      seat.thread.kill('the server is closing');
    }
    await Promise.all([...this.living].map((thread) => thread.left()));
  }

  private seat(): Seat {
    const seat: Omit<Seat, 'thread'> = {
      isReady: false,
      computing: undefined,
      jobs: new Set(),
      loading: 0,
      isPinged: false,
    };
    const thread: Thread = this.thread(() => whole);
    const whole: Seat = Object.assign(seat, { thread });
    return whole;
  }

  private thread(seatOf: () => Seat): Thread {
    const thread: Thread = new Thread(
      this.program,
      this.options.memoryMb,
      () => this.lost(seatOf(), thread),
      () => this.living.delete(thread),
    );
    this.living.add(thread);
    return thread;
  }

  private refusal({ model }: Slice): RequestError | undefined {
    if (this.isClosed) return new RequestError('unavailable', 'the server is closing');
    const entry = this.entries.get(model);
    if (entry === undefined) return new RequestError('unavailable', `model '${model}' isn't loaded`);
    if (entry.unavailable !== undefined) return new RequestError('unavailable', entry.unavailable);
    return undefined;
  }

  /** Milliseconds that a slice may compute. */
  private limitOf({ model, mode, rows }: Slice): number {
    const cost = this.entries.get(model)?.about.modes[mode]?.cost;
    const expected = cost === undefined ? 0 : (cost.call + rows * cost.row) / 1_000;
    return Math.max(this.options.computeMs, PATIENCE * expected);
  }

  /** Gives slices to threads that are free. */
  private dispatch(): void {
    for (const seat of this.seats) {
      if (this.queue.length === 0) return;
      if (!seat.isReady || seat.computing !== undefined || seat.loading > 0) continue;
      const isSuspected = [...seat.jobs].some((job) => job.isSuspect);
      if (isSuspected) continue;
      const at = this.queue.findIndex((job) => isFor(job, seat));
      if (at < 0) continue;
      const [job] = this.queue.splice(at, 1);
      this.runner.start(seat, job);
    }
  }

  /** A thread has ended: its slices are refused or run again, and another one takes its place. */
  private lost(seat: Seat, thread: Thread): void {
    if (this.isClosed || seat.thread !== thread) return;
    const { jobs, computing } = seat;
    const own = [...jobs];
    thread.hasFailedSlices = own.length > 0;
    jobs.clear();
    seat.computing = undefined;
    seat.isReady = false;
    seat.isPinged = false;
    const owners = ownersOf(
      thread,
      [...this.entries.values()].map(({ opened }) => opened.model),
    );
    const culprit = culpritOf(thread, computing, own, owners);
    this.strikeOwners(thread, owners, own);
    for (const job of own.reverse()) {
      if (job === culprit) {
        const { model } = job.slice;
        job.fail(new RequestError('internal', `model '${model}' ended its thread: ${thread.ended}`));
        this.strike(model, `it ended its thread again and again, the last time: ${thread.ended}`);
        continue;
      }
      job.attempts++;
      if (culprit === undefined) job.isSuspect = true;
      if (job.attempts < ATTEMPTS) this.queue.unshift(job);
      else job.fail(new RequestError('internal', `the threads that ran it ended: ${thread.ended}`));
    }
    // A thread that slices have ended is replaced at once, and one that can't live by itself not all the time.
    if (own.length > 0) this.rests = 0;
    const rest = own.length > 0 ? 0 : Math.min(LONGEST_REST_MS, REST_MS * 2 ** this.rests++);
    if (rest === 0) void this.replace(seat);
    else this.timer.after(rest, () => void this.replace(seat));
    this.dispatch();
  }

  /** @param own slices that were lost: those of an owner are tried again, or struck by themselves */
  private strikeOwners(thread: Thread, owners: readonly ModelKey[], own: readonly PooledSlice[]): void {
    for (const model of owners)
      if (!own.some(({ slice }) => slice.model === model))
        this.strike(model, `it ended its thread again and again, the last time: ${thread.ended}`);
  }

  private strike(model: ModelKey, reason: string): void {
    if (!this.strikes.add(model)) return;
    const entry = this.entries.get(model);
    if (entry === undefined) return;
    this.withdraw(entry, `isn't served any more: ${reason}`);
  }

  /** From now on a model isn't served. */
  private withdraw(entry: Entry, why: string): void {
    const { key } = entry.opened.model;
    entry.unavailable = `model '${key}' ${why}`;
    this.refuseQueued(key, new RequestError('unavailable', entry.unavailable));
    this.options.onUnavailable?.(key, entry.unavailable);
  }

  private refuseQueued(model: ModelKey, error: RequestError): void {
    for (const job of [...this.queue]) if (job.slice.model === model) job.fail(error);
  }

  /** A new thread with all models that are served. */
  private async replace(seat: Seat): Promise<void> {
    if (this.isClosed) return;
    const thread = this.thread(() => seat);
    seat.thread = thread;
    seat.loading = 0;
    // Models that are loaded meanwhile come at the end.
    for (const entry of this.entries.values()) {
      const { model } = entry.opened;
      if (entry.unavailable !== undefined || thread.models.has(model.key)) continue;
      const outcome = await this.loadOn(seat, thread, { model, voided: entry.voided });
      if (thread.ended !== undefined) {
        if (outcome !== undefined)
          this.strike(model.key, `it ended the thread that loaded it: ${thread.ended}`);
        return;
      }
      if (this.entries.get(model.key) !== entry) continue;
      if (outcome instanceof RequestError)
        this.withdraw(entry, `couldn't be loaded on another thread: ${outcome.message}`);
      else if (!(await this.store.isSame(model.code)))
        this.withdraw(entry, 'lost its thread after its code was changed in place: load it again');
    }
    if (seat.thread !== thread || thread.ended !== undefined) return;
    seat.isReady = true;
    this.dispatch();
  }

  private async loadEverywhere(files: ModelFiles, signal: AbortSignal): Promise<Entry> {
    const opened = await this.store.open(files, signal);
    const { model, reference, held } = opened;
    try {
      const { answersOwn = false } = this.options;
      const first = await this.loadFirst({ model, reference, answersOwn }, signal);
      const { voided } = first;
      for (;;) {
        signal.throwIfAborted();
        const lacking = this.seats.filter(
          ({ thread }) => thread.ended === undefined && !thread.models.has(model.key),
        );
        if (lacking.length === 0) break;
        await Promise.all(
          lacking.map(async (seat) => {
            await this.renewIfStale(seat, opened);
            const { thread } = seat;
            const outcome = await this.loadOn(seat, thread, { model, voided });
            // A thread that other models have ended isn't this one's fault; the next one loads it again.
            if (outcome instanceof RequestError && !thread.hasFailedSlices) throw outcome;
          }),
        );
      }
      if (!(await this.store.isCurrent(model.code))) {
        throw new RequestError(
          'unavailable',
          `the files of '${files.key}' changed while they were loaded: load them again`,
        );
      }
      signal.throwIfAborted();
      // Each thread has made the same tables.
      const tables = first.tables.map(({ digest, octets }) => ({
        digest: `threads ${digest}`,
        octets: octets * this.seats.length,
      }));
      const entry: Entry = {
        opened: { ...opened, reference: undefined },
        about: { ...first.model, held: [...held, ...tables] },
        voided,
        unavailable: undefined,
      };
      // A thread that was replaced a moment ago lacks it.
      this.entries.set(files.key, entry);
      for (const seat of this.seats)
        if (seat.isReady && !seat.thread.models.has(model.key))
          void this.loadOn(seat, seat.thread, { model, voided });
      return entry;
    } catch (error) {
      await this.forget(opened);
      throw error;
    }
  }

  /** Loads a model where its features are checked: once more if other models ended the thread. */
  private async loadFirst(task: LoadTask, signal: AbortSignal): Promise<LoadedReport> {
    for (let attempt = 1; ; ) {
      const seat = await this.seatThatLives(signal);
      await this.renewIfStale(seat, task);
      const { thread } = seat;
      const outcome = await this.loadOn(seat, thread, task);
      if (outcome === undefined) continue;
      if (!(outcome instanceof RequestError)) return outcome;
      if (!thread.hasFailedSlices || attempt === ATTEMPTS) throw outcome;
      attempt++;
    }
  }

  private async seatThatLives(signal: AbortSignal): Promise<Seat> {
    for (;;) {
      signal.throwIfAborted();
      const living = this.seats.filter(({ thread }) => thread.ended === undefined);
      // The one with the least to do.
      const [seat] = living.sort((a, b) => a.jobs.size + a.thread.inTurn - b.jobs.size - b.thread.inTurn);
      if (seat !== undefined) return seat;
      await new Promise<void>((resolve) => this.timer.after(REST_MS, resolve));
    }
  }

  /** A thread can't import a file again that was changed in place: another one takes its place. */
  private async renewIfStale(seat: Seat, { model: { code } }: Pick<Opened, 'model'>): Promise<void> {
    const { thread } = seat;
    const isStale = importedOnce(code).some(
      ([url, digest]) => (thread.imported.get(url) ?? digest) !== digest,
    );
    if (!isStale) return;
    seat.isReady = false;
    await Promise.allSettled([...seat.jobs].map(({ answer }) => answer));
    let renewed: Promise<void> | undefined;
    await thread.afterOthers(async () => {
      if (seat.thread !== thread) return;
      renewed = this.replace(seat);
      thread.kill('files that it had imported were changed');
    });
    await renewed;
  }

  /**
   * Loads a model on a thread, once it has loaded those before.
   *
   * @returns undefined if it had ended before
   */
  private loadOn(
    seat: Seat,
    thread: Thread,
    task: LoadTask,
  ): Promise<LoadedReport | RequestError | undefined> {
    for (const [url, digest] of importedOnce(task.model.code)) thread.imported.set(url, digest);
    return thread.afterOthers(async () =>
      thread.ended === undefined ? this.loadNow(seat, thread, task) : undefined,
    );
  }

  /** Loads a model on a thread, which is ended if that takes too long. */
  private loadNow(seat: Seat, thread: Thread, task: LoadTask): Promise<LoadedReport | RequestError> {
    const { key } = task.model;
    seat.loading++;
    return new Promise((resolve) => {
      const { loadMs } = this.options;
      const unlimit = this.timer.after(loadMs, () =>
        thread.kill(`loading '${key}' took more than ${loadMs} ms`),
      );
      thread.send({ kind: 'load', task }, (message) => {
        unlimit();
        if (seat.thread === thread) {
          seat.loading--;
          this.dispatch();
        }
        if (message?.kind === 'loaded') {
          thread.models.add(key);
          resolve(message.loading);
        } else if (message?.kind === 'failed') resolve(receivedFault(message.fault));
        else
          resolve(new RequestError('unavailable', `the thread that loaded '${key}' ended: ${thread.ended}`));
      });
    });
  }

  /** Unloads a model from all threads, and then frees its memory. */
  private async forget(opened: Opened): Promise<void> {
    const { key } = opened.model;
    await Promise.all(
      [...this.living].map((thread) => {
        thread.models.delete(key);
        const unloaded = new Promise<void>((resolve) =>
          thread.send({ kind: 'unload', key }, () => resolve()),
        );
        // An answer, if it lives; else it reads until it is gone.
        return unloaded.then(() => (thread.ended === undefined ? undefined : thread.left()));
      }),
    );
    this.store.release(opened);
  }
}

/** Beside the package's entries, whichever of its files this is; in a checkout the source itself. */
const PROGRAM = import.meta.url.endsWith('.ts')
  ? new URL('./program.ts', import.meta.url)
  : new URL('../entries/serveWorker.js', import.meta.url);
