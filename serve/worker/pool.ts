import { availableParallelism } from 'node:os';
import { checkKeys, checkPositive, checkWhole } from '../../lib/check.js';
import { RequestError } from '../../lib/protocol/messages/index.js';
import { systemTimer, type Timer } from '../../lib/util/timer.js';
import type { LoadedModel, ModelExecutor, ModelFiles, ModelKey, Running, Slice } from '../executor.js';
import { inputOctets } from '../rowOctets.js';
import { Store } from '../store/index.js';
import { culpritOf, ownersOf } from './culprit.js';
import { keptSlice } from './knownRows.js';
import { Loads } from './loads.js';
import { PooledSlice } from './pooledSlice.js';
import { PoolLoader } from './poolLoader.js';
import { isFor, type Seat } from './seat.js';
import { Seats } from './seats.js';
import { type PooledModel, Served } from './served.js';
import { SliceRunner } from './sliceRunner.js';
import { type Culprit, Strikes } from './strikes.js';
import type { Thread } from './thread.js';
import { Threads } from './threads.js';

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
  /** Probes of a model in a spell that may fail in a minute, on each thread; 0: none is made. @defaultValue 6 */
  readonly probes?: number;
  /** Megabytes of a thread's heap, beside shared memory. @defaultValue Node's own limit */
  readonly memoryMb?: number;
  /** Called when a model isn't served any more, since it ended threads, and not by one caller's requests alone. */
  readonly onUnavailable?: (model: ModelKey, reason: string) => void;
  /** @defaultValue a store of its own */
  readonly store?: Store;
  readonly timer?: Timer;
  /** URL of the threads' program; only tests have a reason to give it. */
  readonly program?: URL;
}

/** A slice may take so many times as long as expected. */
const PATIENCE = 20;
/** A slice whose thread ended is tried again so often. */
const ATTEMPTS = 3;

/**
 * Runs slices on threads that can be ended. Each thread has all models, in memory that they share,
 * and computes one slice at a time. A thread whose slice takes too long, or that ends otherwise, is
 * replaced at once; other slices that it had are run again. A version is loaded on a spare thread
 * first.
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
  private readonly threads: Threads;
  private readonly served: Served;
  private readonly seats: Seats;
  private readonly loader: PoolLoader;
  private readonly loads = new Loads<PooledModel>();
  private readonly queue: PooledSlice[] = [];
  private isClosed = false;
  /** Milliseconds. */
  private readonly limits: { readonly computeMs: number; readonly totalMs: number };

  /** @throws OptionError */
  constructor(options: WorkerPoolOptions = {}) {
    checkKeys(options, [
      'threads',
      'computeMs',
      'loadMs',
      'totalMs',
      'probes',
      'memoryMb',
      'answersOwn',
      'onUnavailable',
      'store',
      'timer',
      'program',
    ]);
    const { threads = Math.max(1, availableParallelism() - 1), memoryMb, answersOwn = false } = options;
    const { computeMs = 1_000, loadMs = 60_000, totalMs = 60_000, timer = systemTimer } = options;
    checkWhole('threads', threads, 1);
    if (options.probes !== undefined) checkWhole('probes', options.probes, 0);
    for (const [name, value] of Object.entries({ computeMs, loadMs, totalMs }))
      checkPositive(name, value, 'milliseconds above 0');
    if (memoryMb !== undefined) checkPositive('memoryMb', memoryMb, 'megabytes above 0');
    this.limits = { computeMs, totalMs };
    this.store = options.store ?? new Store();
    this.timer = timer;
    this.strikes = new Strikes(timer);
    this.runner = new SliceRunner(timer, () => this.dispatch());
    this.threads = new Threads(options.program ?? PROGRAM, memoryMb, options.probes);
    this.served = new Served((model, reason) => {
      this.refuseQueued(model, new RequestError('unavailable', reason));
      options.onUnavailable?.(model, reason);
    });
    const common = { threads: this.threads, served: this.served, store: this.store, timer, loadMs };
    this.seats = new Seats(threads, {
      ...common,
      onFree: () => this.dispatch(),
      onLost: (seat, thread) => this.lost(seat, thread),
      onLoadLost: (model, why) => this.strike(model, undefined, 'ended the thread that loaded it', why),
    });
    this.loader = new PoolLoader({ ...common, seats: this.seats, answersOwn });
  }

  get cores(): number {
    return [...this.seats].filter(({ isReady }) => isReady).length;
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
    const loaded = await this.loads.load(files.key, (stop) => this.loader.load(files, stop), signal);
    return loaded.about;
  }

  async unload(key: ModelKey): Promise<void> {
    const loaded = await this.loads.stop(key);
    if (loaded === undefined) return;
    this.served.delete(key);
    this.strikes.forget(key);
    this.refuseQueued(key, new RequestError('unavailable', `model '${key}' was unloaded`));
    await this.loader.forget(loaded.opened);
  }

  run(slice: Slice): Running {
    const refused = this.refusalOf(slice);
    const job = new PooledSlice(slice, this.limitOf(slice), this.timer.now());
    if (refused !== undefined) {
      job.fail(refused);
      return job;
    }
    const { totalMs } = this.limits;
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
    this.keep(slice, job);
    this.queue.push(job);
    this.dispatch();
    return job;
  }

  refusal(model: ModelKey, tenant: string, octets: number): RequestError | undefined {
    return this.strikes.refusal(model, tenant, octets);
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
    }
    this.seats.close();
    this.loader.close();
    await this.threads.close();
  }

  private refusalOf({ model }: Slice): RequestError | undefined {
    if (this.isClosed) return new RequestError('unavailable', 'the server is closing');
    const served = this.served.get(model);
    if (served === undefined) return new RequestError('unavailable', `model '${model}' isn't loaded`);
    if (served.unavailable !== undefined) return new RequestError('unavailable', served.unavailable);
    return undefined;
  }

  /** Milliseconds that a slice may compute. */
  private limitOf({ model, mode, rows }: Slice): number {
    const cost = this.served.get(model)?.about.modes[mode]?.cost;
    const expected = cost === undefined ? 0 : (cost.call + rows * cost.row) / 1_000;
    return Math.max(this.limits.computeMs, PATIENCE * expected);
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
    const owners = ownersOf(thread, this.served.stored);
    const culprit = culpritOf(thread, computing, own, owners);
    this.strikeOwners(thread, owners, own);
    for (const job of own.reverse()) {
      if (job === culprit) {
        job.fail(
          new RequestError('internal', `model '${job.slice.model}' ended its thread: ${thread.ended}`),
        );
        this.strikeCaller(job, `${thread.ended}`);
        continue;
      }
      job.attempts++;
      if (culprit === undefined) job.isSuspect = true;
      if (job.attempts < ATTEMPTS) this.queue.unshift(job);
      else job.fail(new RequestError('internal', `the threads that ran it ended: ${thread.ended}`));
    }
    this.seats.refill(seat, own.length > 0);
    this.dispatch();
  }

  /** @param own slices that were lost: those of an owner are tried again, or struck by themselves */
  private strikeOwners(thread: Thread, owners: readonly ModelKey[], own: readonly PooledSlice[]): void {
    for (const model of owners)
      if (!own.some(({ slice }) => slice.model === model))
        this.strike(model, undefined, AGAIN, `${thread.ended}`);
  }

  /** A slice has ended a thread. One of several callers is run again for each of them. */
  private strikeCaller({ slice, isKnown }: PooledSlice, why: string): void {
    const { model, tenant } = slice;
    if (isKnown) this.strike(model, undefined, AGAIN, why);
    else if (tenant !== undefined) this.strike(model, { tenant, octets: inputOctets(slice) }, AGAIN, why);
  }

  /**
   * A model has ended a thread, which counts against a caller where its request did so.
   *
   * @param what it did, if it is given up for that
   */
  private strike(model: ModelKey, culprit: Culprit | undefined, what: string, why: string): void {
    const served = this.served.get(model);
    const isOver = this.strikes.add(model, culprit, why, served?.known !== undefined);
    if (served === undefined || served.unavailable !== undefined) return;
    if (isOver) this.served.withdraw(served, `isn't served any more: it ${what}: ${why}`);
    else this.runKnown(served);
  }

  /** Keeps the first rows that a model answers. */
  private keep(slice: Slice, job: PooledSlice): void {
    const served = this.served.get(slice.model);
    if (served === undefined || served.known !== undefined) return;
    const kept = keptSlice(slice);
    if (kept === undefined) return;
    job.answer.then(
      () => (served.known ??= kept),
      () => {},
    );
  }

  /** Runs rows again that a model has answered before: whether a caller's rows are to blame, or the model. */
  private runKnown({ known }: PooledModel): void {
    if (known === undefined || this.isClosed) return;
    if (this.queue.some(({ slice, isKnown }) => isKnown && slice.model === known.model)) return;
    const job = new PooledSlice(known, this.limitOf(known), this.timer.now());
    job.isKnown = true;
    job.isSuspect = true;
    this.queue.push(job);
  }

  private refuseQueued(model: ModelKey, error: RequestError): void {
    for (const job of [...this.queue]) if (job.slice.model === model) job.fail(error);
  }
}

const AGAIN = 'ended its thread again and again, the last time';

/** Beside the package's entries, whichever of its files this is; in a checkout the source itself. */
const PROGRAM = import.meta.url.endsWith('.ts')
  ? new URL('./program.ts', import.meta.url)
  : new URL('../entries/serveWorker.js', import.meta.url);
