import { RequestError } from '../../lib/protocol/messages/index.js';
import { importedOnce } from '../../lib/util/code/index.js';
import type {
  LoadedModel,
  ModelExecutor,
  ModelFiles,
  ModelKey,
  Running,
  Slice,
  SliceAnswer,
} from '../executor.js';
import { type Opened, Store } from '../store/index.js';
import { loadFault, ModelHost, packed, receivedFault, sliceFault } from './hosting/index.js';
import { Loads } from './loads.js';
import { PooledSlice } from './pooledSlice.js';

interface Entry {
  readonly opened: Opened;
  readonly about: LoadedModel;
}

/**
 * Runs slices on the thread of the caller: for trusted models whose rows take less than a message
 * to another thread. A slice that hangs here stops everything.
 */
export class InlineExecutor implements ModelExecutor {
  readonly cores = 1;
  private readonly host: ModelHost;
  private readonly loads = new Loads<Entry>();
  private readonly entries = new Map<ModelKey, Entry>();
  private readonly leaving = new AbortController();
  /** Digests of the files that were imported: a module can't be imported again. */
  private readonly imported = new Map<string, string>();

  /**
   * @param answersOwn whether a model answers the rows in its file when it is loaded
   * @param probes of a model in a spell that may fail in a minute
   */
  constructor(
    private readonly store = new Store(),
    private readonly answersOwn = false,
    probes?: number,
  ) {
    this.host = new ModelHost((url) => import(url), probes);
  }

  async load(
    files: ModelFiles,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<LoadedModel> {
    this.leaving.signal.throwIfAborted();
    const entry = await this.loads.load(files.key, (stop) => this.loadHere(files, stop), signal);
    return entry.about;
  }

  async unload(key: ModelKey): Promise<void> {
    const entry = await this.loads.stop(key);
    if (entry === undefined) return;
    this.entries.delete(key);
    await this.host.unload(key);
    this.store.release(entry.opened);
  }

  run(slice: Slice): Running | SliceAnswer {
    const { model } = slice;
    if (!this.entries.has(model)) throw new RequestError('unavailable', `model '${model}' isn't loaded`);
    let answer: SliceAnswer | Promise<SliceAnswer>;
    try {
      answer = this.host.answer(packed(slice).slice, this.leaving.signal);
    } catch (error) {
      throw receivedFault(sliceFault(model, error));
    }
    return answer instanceof Promise ? waitFor(slice, answer) : answer;
  }

  async close(): Promise<void> {
    this.leaving.abort(new RequestError('unavailable', 'the server is closing'));
    await Promise.all(this.loads.keys.map((key) => this.unload(key)));
  }

  private async loadHere(files: ModelFiles, signal: AbortSignal): Promise<Entry> {
    const opened = await this.store.open(files, signal);
    const { model, reference, held } = opened;
    try {
      for (const [url, digest] of importedOnce(model.code)) {
        const known = this.imported.get(url);
        if (known !== undefined && known !== digest) {
          throw new RequestError(
            'unavailable',
            `${url} was changed in place after it was imported: give it a version of its own`,
          );
        }
        this.imported.set(url, digest);
      }
      signal.throwIfAborted();
      const task = { model, reference, answersOwn: this.answersOwn };
      const loading = await this.host.load(task).catch((error) => {
        throw receivedFault(loadFault(error));
      });
      if (!(await this.store.isCurrent(model.code)))
        throw new RequestError(
          'unavailable',
          `the files of '${files.key}' changed while they were loaded: load them again`,
        );
      signal.throwIfAborted();
      const own = loading.tables.map(({ digest, octets }) => ({ digest: `inline ${digest}`, octets }));
      const about = { ...loading.model, held: [...held, ...own] };
      const entry: Entry = { opened: { ...opened, reference: undefined }, about };
      this.entries.set(files.key, entry);
      return entry;
    } catch (error) {
      await this.host.unload(files.key);
      this.store.release(opened);
      throw error;
    }
  }
}

/** The core is free for others once the slice has waited for a turn of the event loop. */
function waitFor(slice: Slice, answer: Promise<SliceAnswer>): Running {
  const job = new PooledSlice(slice, Number.POSITIVE_INFINITY, 0);
  const yielded = setImmediate(() => job.yield());
  answer.then(
    (given) => {
      clearImmediate(yielded);
      job.succeed(given);
    },
    (error: unknown) => {
      clearImmediate(yielded);
      job.fail(receivedFault(sliceFault(slice.model, error)));
    },
  );
  return job;
}
