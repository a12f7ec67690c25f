import { availableParallelism } from 'node:os';
import { checkKeys, checkPositive, checkWhole } from '../../lib/check.js';
import { RequestError } from '../../lib/protocol/messages/index.js';
import { systemTimer, type Timer } from '../../lib/util/timer.js';
import type { LoadedModel, ModelExecutor, ModelFiles, ModelKey, Running, Slice } from '../executor.js';
import { inputOctets } from '../rowOctets.js';
import { type Opened, Store } from '../store/index.js';
import { culpritOf, ownersOf } from './culprit.js';
import type { LoadedReport, LoadTask } from './hosting/index.js';
import { keptSlice } from './knownRows.js';
import { Loads } from './loads.js';
import { PooledSlice } from './pooledSlice.js';
import { isFor, type Seat } from './seat.js';
import { SliceRunner } from './sliceRunner.js';
import { isStale, noted, Spares } from './spares.js';
import { type Culprit, Strikes } from './strikes.js';
import { Thread } from './thread.js';
import { loadOnThread, unloadFromAll, unloadFromThread } from './threadLoads.js';

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
/** Milliseconds until a thread that ended by itself is replaced, doubled each time up to the last. */
const REST_MS = 50;
const LONGEST_REST_MS = 10_000;
/** A slice whose thread ended is tried again so often. */
const ATTEMPTS = 3;
/** Milliseconds of loading for which a thread may answer nothing; what takes longer is loaded by one beside it. */
const BESIDE_MS = 100;
/** Milliseconds that the first load on a thread takes, for packages that the other threads have imported. */
const FIRST_MS = 200;
/** A model that has so many times the octets of one that was quick may take long. */
const MUCH_LARGER = 2;
/** Codes that are known to be quick: those of models that went count, too. */
const MOST_QUICK = 1_024;

interface Entry {
  readonly opened: Opened;
  readonly about: LoadedModel;
  readonly voided: string | undefined;
  /** Why it isn't served, if it isn't. */
  unavailable: string | undefined;
  /** Rows that it has answered. */
  known: Slice | undefined;
}

/** What the first load of a version says, and whether it keeps a thread for long. */
interface LoadProof {
  readonly report: LoadedReport;
  readonly isLong: boolean;
}

/** A version that was loaded on a spare thread, until all others have it. */
interface Proven {
  readonly task: LoadTask;
  /** Why another thread couldn't load it. */
  failure: RequestError | undefined;
}

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
  private readonly program: URL;
  private seats: readonly Seat[];
  private readonly loads = new Loads<Entry>();
  private readonly spares: Spares;
  private readonly entries = new Map<ModelKey, Entry>();
  private readonly proven = new Map<ModelKey, Proven>();
  /** Code that was loaded quickly on a spare thread, by identity, with the most octets of a model that it was loaded with. */
  private readonly quick = new Map<string, number>();
  /** Threads are made beside others one at a time. */
  private renewals: Promise<unknown> = Promise.resolve();
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
    this.spares = new Spares(() => this.thread(() => {}), timer);
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
    const refused = this.refusalOf(slice);
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
    this.spares.close();
    for (const thread of this.living) thread.kill('the server is closing');
    await Promise.all([...this.living].map((thread) => thread.left()));
  }

  private seat(): Seat {
    const seat: Omit<Seat, 'thread'> = {
      isReady: false,
      computing: undefined,
      jobs: new Set(),
      loading: 0,
      isPinged: false,
      renewal: undefined,
    };
    const thread: Thread = this.thread((ended) => this.lost(whole, ended));
    const whole: Seat = Object.assign(seat, { thread });
    return whole;
  }

  private thread(onEnd: (thread: Thread) => void): Thread {
    const thread: Thread = new Thread(
      this.program,
      this.options.memoryMb,
      () => onEnd(thread),
      () => this.living.delete(thread),
    );
    this.living.add(thread);
    return thread;
  }

  private refusalOf({ model }: Slice): RequestError | undefined {
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
    if (!this.seats.includes(seat)) {
      // Another one has its place, or would have had.
      this.dispatch();
      return;
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
    const entry = this.entries.get(model);
    const isOver = this.strikes.add(model, culprit, why, entry?.known !== undefined);
    if (entry === undefined || entry.unavailable !== undefined) return;
    if (isOver) this.withdraw(entry, `isn't served any more: it ${what}: ${why}`);
    else this.runKnown(entry);
  }

  /** Keeps the first rows that a model answers. */
  private keep(slice: Slice, job: PooledSlice): void {
    const entry = this.entries.get(slice.model);
    if (entry === undefined || entry.known !== undefined) return;
    const kept = keptSlice(slice);
    if (kept === undefined) return;
    job.answer.then(
      () => (entry.known ??= kept),
      () => {},
    );
  }

  /** Runs rows again that a model has answered before: whether a caller's rows are to blame, or the model. */
  private runKnown({ known }: Entry): void {
    if (known === undefined || this.isClosed) return;
    if (this.queue.some(({ slice, isKnown }) => isKnown && slice.model === known.model)) return;
    const job = new PooledSlice(known, this.limitOf(known), this.timer.now());
    job.isKnown = true;
    job.isSuspect = true;
    this.queue.push(job);
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
    if (this.isClosed || !this.seats.includes(seat)) return;
    const thread = this.thread((ended) => this.lost(seat, ended));
    seat.thread = thread;
    seat.loading = 0;
    if (await this.loadServed(seat)) this.ready(seat);
  }

  /** A seat takes slices from now on. */
  private ready(seat: Seat): void {
    seat.isReady = true;
    this.catchUp(seat);
    this.dispatch();
  }

  /** Has a seat load what came to be served in this moment. */
  private catchUp(seat: Seat): void {
    const entry = this.lackingOn(seat.thread);
    if (entry !== undefined)
      void this.loadOn(seat, seat.thread, { model: entry.opened.model, voided: entry.voided });
  }

  /**
   * Loads on a seat's thread all models that are served, also those that come meanwhile.
   *
   * @param mayWithdraw whether a model whose code was changed in place is given up; otherwise the thread is
   * @returns whether it has them all: not where it ended
   */
  private async loadServed(seat: Seat, mayWithdraw = true): Promise<boolean> {
    const { thread } = seat;
    for (;;) {
      const entry = this.lackingOn(thread);
      if (entry === undefined) return seat.thread === thread && thread.ended === undefined;
      const { model } = entry.opened;
      if (!mayWithdraw && !(await this.store.isSame(model.code))) return false;
      const outcome = await this.loadOn(seat, thread, { model, voided: entry.voided });
      if (thread.ended !== undefined) {
        if (outcome !== undefined)
          this.strike(model.key, undefined, 'ended the thread that loaded it', thread.ended);
        return false;
      }
      const isSame = await this.store.isSame(model.code);
      if (!isSame) thread.mistaken.add(model.code.identity);
      if (this.entries.get(model.key) !== entry) continue;
      if (!isSame && !mayWithdraw) return false;
      if (outcome instanceof RequestError)
        this.withdraw(entry, `couldn't be loaded on another thread: ${outcome.message}`);
      else if (!isSame)
        this.withdraw(entry, 'lost its thread after its code was changed in place: load it again');
    }
  }

  /** A model that is served, and that a thread hasn't loaded. */
  private lackingOn({ models }: Thread): Entry | undefined {
    for (const entry of this.entries.values())
      if (entry.unavailable === undefined && !models.has(entry.opened.model.key)) return entry;
    return undefined;
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
      void this.leave(seat);
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

  /** Ends the thread of a seat that another one has taken, once its slices are answered. */
  private async leave(seat: Seat): Promise<void> {
    seat.isReady = false;
    while (seat.jobs.size > 0) await Promise.allSettled([...seat.jobs].map(({ answer }) => answer));
    // What it was about to load, too.
    await seat.thread.afterOthers(() => {});
    seat.thread.kill('another one has taken its place');
  }

  private async loadEverywhere(files: ModelFiles, signal: AbortSignal): Promise<Entry> {
    const opened = await this.store.open(files, signal);
    const { model, held } = opened;
    try {
      const { report: first, isLong } = await this.prove(opened, signal);
      const { voided, known } = first;
      this.proven.set(files.key, { task: { model, voided, known }, failure: undefined });
      await this.loadOnSeats(files.key, isLong, signal);
      if (!(await this.store.isCurrent(model.code))) {
        for (const thread of this.living)
          if (thread.holds.has(files.key)) thread.mistaken.add(model.code.identity);
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
        known: undefined,
      };
      // A thread that was replaced a moment ago lacks it.
      this.entries.set(files.key, entry);
      for (const seat of this.seats) if (seat.isReady) this.catchUp(seat);
      return entry;
    } catch (error) {
      await this.forget(opened);
      throw error;
    } finally {
      this.proven.delete(files.key);
    }
  }

  /**
   * Loads a version where its features are checked: on a spare thread, or where its code is known to be quick, on one
   * that answers.
   *
   * @returns also whether that keeps a thread for longer than others should wait
   */
  private async prove(opened: Opened, signal: AbortSignal): Promise<LoadProof> {
    const { model, reference } = opened;
    const { loadMs, answersOwn = false } = this.options;
    const task = { model, reference, answersOwn };
    const { identity } = model.code;
    const octets = opened.held.reduce((sum, each) => sum + each.octets, 0);
    const isQuick = () => octets <= (this.quick.get(identity) ?? 0);
    const onSpare = (mayBeInPlace: boolean) =>
      this.spares.use(model.code, signal, async (thread, isFresh) => {
        // Meanwhile another version of the same code may have been loaded.
        if (mayBeInPlace && isQuick()) return undefined;
        await thread.begun();
        const [at, waited] = [this.timer.now(), thread.waitedMs ?? 0];
        const report = await loadOnThread(thread, task, this.timer, loadMs);
        const blockedMs = this.timer.now() - at - ((thread.waitedMs ?? 0) - waited);
        if (!(await this.store.isSame(model.code))) thread.mistaken.add(identity);
        if (report instanceof RequestError) throw report;
        await unloadFromThread(thread, model.key);
        const isLong = blockedMs > BESIDE_MS + (isFresh ? FIRST_MS : 0);
        if (!isLong) this.knowQuick(identity, octets * MUCH_LARGER);
        return { report, isLong };
      });
    const first = isQuick() ? undefined : await onSpare(true);
    const proof = first ?? (await this.proveInPlace(task)) ?? (await onSpare(false));
    if (proof === undefined) throw new Error('a spare thread has loaded nothing');
    return proof;
  }

  private knowQuick(identity: string, octets: number): void {
    if (this.quick.size >= MOST_QUICK) this.quick.clear();
    this.quick.set(identity, Math.max(octets, this.quick.get(identity) ?? 0));
  }

  /** @returns undefined where no thread could load it: a spare one then says why */
  private async proveInPlace(task: LoadTask): Promise<LoadProof | undefined> {
    const { key, code } = task.model;
    const seat = this.seats.find(({ thread }) => thread.ended === undefined && !isStale(thread, code));
    if (seat === undefined) return undefined;
    const { thread } = seat;
    const report = await this.loadOn(seat, thread, task);
    if (report !== undefined && !(report instanceof RequestError)) return { report, isLong: false };
    this.quick.delete(code.identity);
    await unloadFromThread(thread, key);
    return undefined;
  }

  /** Has all threads load a version: they themselves, or others beside them where that would keep them for long. */
  private async loadOnSeats(key: ModelKey, isLong: boolean, signal: AbortSignal): Promise<void> {
    let mayRenew = isLong;
    for (let attempt = 1; ; ) {
      signal.throwIfAborted();
      const proven = this.proven.get(key);
      if (proven === undefined) return;
      const { task, failure } = proven;
      if (failure !== undefined) throw failure;
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
    noted(thread, task.model.code);
    return thread.afterOthers(async () => {
      if (thread.ended !== undefined) return undefined;
      seat.loading++;
      const outcome = await loadOnThread(thread, task, this.timer, this.options.loadMs);
      if (seat.thread === thread) {
        seat.loading--;
        this.dispatch();
      }
      return outcome;
    });
  }

  /** Unloads a model from all threads, and then frees its memory. */
  private async forget(opened: Opened): Promise<void> {
    await unloadFromAll(this.living, opened.model.key);
    this.store.release(opened);
  }
}

function unreplaced(key: ModelKey): RequestError {
  return new RequestError(
    'unavailable',
    `the threads that were to take others' places with model '${key}' ended while they were made`,
  );
}

const AGAIN = 'ended its thread again and again, the last time';

/** Beside the package's entries, whichever of its files this is; in a checkout the source itself. */
const PROGRAM = import.meta.url.endsWith('.ts')
  ? new URL('./program.ts', import.meta.url)
  : new URL('../entries/serveWorker.js', import.meta.url);
