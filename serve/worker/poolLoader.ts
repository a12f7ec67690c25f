import { RequestError } from '../../lib/protocol/messages/index.js';
import type { Timer } from '../../lib/util/timer.js';
import type { ModelFiles } from '../executor.js';
import type { Opened, Store } from '../store/index.js';
import type { LoadedReport, LoadTask } from './hosting/index.js';
import type { Seats } from './seats.js';
import type { PooledModel, Served } from './served.js';
import { Spares } from './spares.js';
import { loadOnThread, unloadFromAll, unloadFromThread } from './threadLoads.js';
import type { Threads } from './threads.js';

/** What a {@link PoolLoader} works with. */
export interface PoolLoaderContext {
  readonly threads: Threads;
  readonly seats: Seats;
  readonly served: Served;
  readonly store: Store;
  readonly timer: Timer;
  /** Milliseconds that loading a model may take. */
  readonly loadMs: number;
  /** Whether a model answers the rows in its file when it is loaded. */
  readonly answersOwn: boolean;
}

/** Milliseconds of loading for which a thread may answer nothing; what takes longer is loaded by one beside it. */
const BESIDE_MS = 100;
/** Milliseconds that the first load on a thread takes, for packages that the other threads have imported. */
const FIRST_MS = 200;
/** A model that has so many times the octets of one that was quick may take long. */
const MUCH_LARGER = 2;
/** Codes that are known to be quick: those of models that went count, too. */
const MOST_QUICK = 1_024;

/** What the first load of a version says, and whether it keeps a thread for long. */
interface LoadProof {
  readonly report: LoadedReport;
  readonly isLong: boolean;
}

/** Loads versions: each on a spare thread first, where what hangs or ends it stops nothing, then on all that answer. */
export class PoolLoader {
  private readonly spares: Spares;
  /** Code that was loaded quickly on a spare thread, by identity, with the most octets of a model that it was loaded with. */
  private readonly quick = new Map<string, number>();

  constructor(private readonly context: PoolLoaderContext) {
    const { threads, timer } = context;
    this.spares = new Spares(() => threads.start(() => {}), timer);
  }

  /**
   * Loads a version on all threads. From then on it is served.
   *
   * @throws RequestError where it can't be; the signal's reason
   */
  async load(files: ModelFiles, signal: AbortSignal): Promise<PooledModel> {
    const { store, seats, served, threads } = this.context;
    const opened = await store.open(files, signal);
    const { model, held } = opened;
    try {
      const { report: first, isLong } = await this.prove(opened, signal);
      const { voided, known } = first;
      await seats.loadOnAll({ model, voided, known }, isLong, signal);
      if (!(await store.isCurrent(model.code))) {
        for (const thread of threads.living)
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
        octets: octets * seats.count,
      }));
      const loaded: PooledModel = {
        opened: { ...opened, reference: undefined },
        about: { ...first.model, held: [...held, ...tables] },
        voided,
        unavailable: undefined,
        known: undefined,
      };
      served.add(loaded);
      // A thread that was replaced a moment ago lacks it.
      seats.catchUp();
      return loaded;
    } catch (error) {
      await this.forget(opened);
      throw error;
    }
  }

  /** Unloads a model from all threads, and then frees its memory. */
  async forget(opened: Opened): Promise<void> {
    const { threads, store } = this.context;
    await unloadFromAll(threads.living, opened.model.key);
    store.release(opened);
  }

  close(): void {
    this.spares.close();
  }

  /**
   * Loads a version where its features are checked: on a spare thread, or where its code is known to be quick, on one
   * that answers.
   *
   * @returns also whether that keeps a thread for longer than others should wait
   */
  private async prove(opened: Opened, signal: AbortSignal): Promise<LoadProof> {
    const { model, reference } = opened;
    const { answersOwn, store, timer, loadMs } = this.context;
    const task = { model, reference, answersOwn };
    const { identity } = model.code;
    const octets = opened.held.reduce((sum, each) => sum + each.octets, 0);
    const isQuick = () => octets <= (this.quick.get(identity) ?? 0);
    const onSpare = (mayBeInPlace: boolean) =>
      this.spares.use(model.code, signal, async (thread, isFresh) => {
        // Meanwhile another version of the same code may have been loaded.
        if (mayBeInPlace && isQuick()) return undefined;
        await thread.begun();
        const [at, waited] = [timer.now(), thread.waitedMs ?? 0];
        const report = await loadOnThread(thread, task, timer, loadMs);
        const blockedMs = timer.now() - at - ((thread.waitedMs ?? 0) - waited);
        if (!(await store.isSame(model.code))) thread.mistaken.add(identity);
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
    const loaded = await this.context.seats.loadOnOne(task);
    if (loaded === undefined) return undefined;
    if (loaded.report !== undefined) return { report: loaded.report, isLong: false };
    this.quick.delete(code.identity);
    await unloadFromThread(loaded.thread, key);
    return undefined;
  }
}
