import { join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { show } from '../../lib/check.js';
import { RequestError } from '../../lib/protocol/messages/index.js';
import { errorText } from '../../lib/util/errorText.js';
import type { ModelState } from '../backend.js';
import { isAnswering, type ModelEntry, newModelEntry, unavailable } from './entry.js';
import { CASCADE, FEATURES, modelsIn, versionsIn } from './folder.js';
import type { Live, LoadedVersion } from './live.js';
import {
  type FilesRead,
  type FoundVersion,
  type LoadingPorts,
  type RepositoryOptions,
  VersionLoader,
} from './loading.js';
import type { ModelSettings } from './settings.js';
import { compareVersions, selectVersions } from './versions.js';

/** What happened to a version of a model. */
export interface RepositoryEvent {
  readonly name: string;
  /** Empty for what is wrong with the model as a whole, such as its `model.json`. */
  readonly version: string;
  readonly what: 'loaded' | 'failed' | 'unloaded';
  /** Why it failed, or why what was loaded promises nothing; or empty. */
  readonly reason: string;
}

/** What the repository works with. @typeParam T what answers for a version */
export interface RepositoryPorts<T> extends LoadingPorts<T> {
  /** Called once no request uses it any more. */
  close(endpoint: T): Promise<void>;
  onEvent?(event: RepositoryEvent): void;
}

/** A version of the index. */
export interface IndexedVersion<T> extends ModelState {
  /** Undefined where it doesn't answer. */
  readonly live: Live<T> | undefined;
}

/**
 * Models that are loaded at the same time: while threads warm what some of them are the first to have, others are
 * read.
 */
const AT_ONCE = 8;

/**
 * The models of a directory, `NAME/VERSION/{model.cascade, features.js, model.json}`: loaded, replaced and unloaded
 * without a request lost. A model is loaded beside the one that answers, checked and warmed; then one assignment
 * replaces it, and the old one is let go once its requests have been answered. After a load that fails the old one
 * answers on.
 */
export class Repository<T> {
  private readonly directory: string;
  private readonly entries = new Map<string, ModelEntry<T>>();
  private readonly loading: VersionLoader<T>;
  /** By model, the last version that was preferred, even if it was unloaded since. */
  private readonly promised = new Map<string, LoadedVersion>();
  private readonly draining = new Map<Live<T>, Promise<void>>();
  private isStarted = false;
  private isClosed = false;

  constructor(
    directory: string,
    private readonly ports: RepositoryPorts<T>,
    private readonly options: RepositoryOptions,
  ) {
    this.directory = resolve(directory);
    this.loading = new VersionLoader(this.directory, ports, options, () => this.held());
  }

  /** Whether models answer, all of them or any: never before each has been tried once. */
  get isReady(): boolean {
    return (
      this.isStarted && !this.isClosed && isAnswering(this.entries.values(), this.options.ready ?? 'any')
    );
  }

  /**
   * The version that answers a request.
   *
   * @param version undefined: the highest that is served
   * @throws RequestError `not-found`, or `unavailable` with the reason
   */
  find(name: string, version: string | undefined): Live<T> {
    const entry = this.entries.get(name);
    if (entry === undefined) throw unknownModel(name);
    const { serving, states } = entry;
    if (version === undefined) {
      if (serving !== undefined) return serving.preferred;
      const reasons = [...states].map(
        ([each, { reason }]) => `version ${each}: ${reason || 'not loaded yet'}`,
      );
      const why = entry.isUnloaded ? 'it was unloaded' : reasons.join('; ') || 'it has no version';
      throw new RequestError('unavailable', `model ${show(name)} isn't ready: ${why}`);
    }
    const live = serving?.versions.get(version);
    if (live !== undefined) return live;
    const state = states.get(version);
    if (state === undefined)
      throw new RequestError('not-found', `model ${show(name)} has no version ${show(version)}`);
    throw new RequestError(
      'unavailable',
      `version ${version} of model ${show(name)} isn't ready: ${state.reason || 'it is being loaded'}`,
    );
  }

  /** The versions of a model that answer, ascending. @throws RequestError `not-found` */
  versionsOf(name: string): readonly string[] {
    const entry = this.entries.get(name);
    if (entry === undefined) throw unknownModel(name);
    return [...(entry.serving?.versions.keys() ?? [])].sort(compareVersions);
  }

  /** Whatever answers now, by name and version. */
  get live(): readonly Live<T>[] {
    return [...this.answering()].sort(({ loaded: a }, { loaded: b }) =>
      a.name === b.name ? compareVersions(a.version, b.version) : a.name < b.name ? -1 : 1,
    );
  }

  private *answering(): Iterable<Live<T>> {
    for (const { serving } of this.entries.values()) yield* serving?.versions.values() ?? [];
  }

  /** Versions that hold memory. */
  private *held(): Iterable<LoadedVersion> {
    for (const { loaded } of this.answering()) yield loaded;
    for (const { loaded } of this.draining.keys()) yield loaded;
  }

  /** All versions, with what answers for those that do. */
  index(): readonly IndexedVersion<T>[] {
    const entries = [...this.entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return entries.flatMap(({ name, states, serving }) =>
      [...states]
        .sort(([a], [b]) => compareVersions(a, b))
        .map(([version, { state, reason }]) => {
          return { name, version, state, reason, live: serving?.versions.get(version) };
        }),
    );
  }

  /**
   * Reads the directory: loads what is new or has changed, and lets go of what is gone. A model that can't be loaded
   * has the reason in {@link index}, and isn't tried again until its files change.
   *
   * @param retry whether to try those again all the same
   */
  async refresh(retry = false): Promise<void> {
    const names = await modelsIn(this.directory);
    const entries = [...new Set([...names, ...this.entries.keys()])].map((name) => this.entry(name));
    this.loading.keep(names);
    const next = entries.values();
    const workers = Array.from({ length: AT_ONCE }, async () => {
      // What went wrong stands in the state of the version.
      for (const entry of next)
        if (!entry.isUnloaded)
          await this.enqueue(entry, () => this.update(entry, retry ? 'failed' : 'changed')).catch(() => {});
    });
    await Promise.all(workers);
    this.isStarted = true;
  }

  /**
   * Loads the files of a model as they are now, whether or not they have changed. Calls that overlap share what they
   * can: one that hasn't begun is joined, and one that waited for another reads again only what has changed.
   *
   * @throws RequestError `not-found`; `invalid` for files that can't be loaded, or promise less than what is served;
   * `unavailable` where memory is short or files keep changing
   */
  async load(name: string): Promise<void> {
    if (!this.entries.has(name) && !(await modelsIn(this.directory)).includes(name))
      throw new RequestError(
        'not-found',
        `there is no model ${show(name)} in the server's directory: ${TO_ADD}`,
      );
    const entry = this.entry(name);
    if (entry.waiting !== undefined) return entry.waiting;
    const which = entry.running > 0 ? 'failed' : 'all';
    entry.waiting = this.enqueue(entry, () => {
      entry.waiting = undefined;
      entry.isUnloaded = false;
      return this.update(entry, which);
    });
    return entry.waiting;
  }

  /**
   * Stops serving a model. New requests are refused at once; fulfilled when those before have been answered.
   *
   * @throws RequestError `not-found`
   */
  async unload(name: string): Promise<void> {
    const entry = this.entries.get(name);
    if (entry === undefined) throw unknownModel(name);
    // A load that comes from now on comes after.
    entry.waiting = undefined;
    await this.enqueue(entry, async () => {
      entry.isUnloaded = true;
      const { serving } = entry;
      entry.serving = undefined;
      for (const state of entry.states.values()) {
        state.state = 'UNAVAILABLE';
        state.reason = 'it was unloaded';
      }
      await Promise.all([...(serving?.versions.values() ?? [])].map((live) => this.retire(entry, live)));
    });
  }

  /**
   * Takes out a version that can't answer any more. It is loaded again once its files change, or by {@link load}.
   *
   * @param key of the loaded model
   */
  strikeOut(key: string, reason: string): void {
    for (const entry of this.entries.values()) {
      for (const live of entry.serving?.versions.values() ?? []) {
        const { name, version, model, stamp } = live.loaded;
        if (model.key !== key) continue;
        entry.states.set(version, { ...unavailable(reason), failed: stamp });
        this.replace(entry, { without: [live] });
        this.ports.onEvent?.({ name, version, what: 'failed', reason });
      }
    }
  }

  /** Lets go of all models, each once its requests have been answered. */
  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all([...this.entries.values()].map((entry) => entry.tail));
    for (const entry of this.entries.values()) {
      const { serving } = entry;
      entry.serving = undefined;
      for (const live of serving?.versions.values() ?? []) void this.retire(entry, live);
    }
    await Promise.all(this.draining.values());
    this.entries.clear();
  }

  private entry(name: string): ModelEntry<T> {
    const entry = this.entries.get(name) ?? newModelEntry<T>(name);
    this.entries.set(name, entry);
    return entry;
  }

  /** Runs one operation on a model after the other. */
  private enqueue(entry: ModelEntry<T>, operation: () => Promise<void>): Promise<void> {
    entry.running++;
    const run = entry.tail.then(async () => {
      try {
        if (this.isClosed) throw new RequestError('unavailable', 'the server is shutting down');
        await operation();
      } finally {
        entry.running--;
      }
    });
    entry.tail = run.catch(() => {});
    return run;
  }

  /**
   * Brings what is served in line with the folder.
   *
   * @param which versions to load: those that have changed; those that failed, too; or all
   * @throws RequestError for the first version that can't be loaded
   */
  private async update(entry: ModelEntry<T>, which: 'changed' | 'failed' | 'all'): Promise<void> {
    const { name, states } = entry;
    const found = await this.versionsFound(entry, which);
    if (found === undefined) return;
    const { chosen, others } = found;
    let failure: RequestError | undefined;
    for (const version of chosen) {
      const failed = await this.loadIfNeeded(entry, version, which);
      failure ??= failed;
    }
    const served = new Set(chosen.map(({ version }) => version));
    const all = [...(entry.serving?.versions.values() ?? [])];
    const isAnyServed = all.some(({ loaded }) => served.has(loaded.version));
    // An old version answers until its successor does.
    if (chosen.length === 0 || isAnyServed)
      this.replace(entry, { without: all.filter(({ loaded }) => !served.has(loaded.version)) });
    for (const [version, state] of states) {
      if (served.has(version) || entry.serving?.versions.has(version)) continue;
      state.isGone = !others.includes(version);
      state.reason = state.isGone ? 'its files are gone' : "the version policy doesn't choose it";
    }
    this.tidy(entry);
    if (chosen.length === 0 && which === 'all') throw unknownModel(name);
    if (failure !== undefined) throw failure;
  }

  /**
   * @returns the versions to serve and all others; undefined where the folder or the settings can't be read, and all
   *   stays as it is
   */
  private async versionsFound(entry: ModelEntry<T>, which: 'changed' | 'failed' | 'all') {
    const { name, states } = entry;
    const folder = join(this.directory, name);
    let versions: readonly string[] = [];
    let settings: ModelSettings;
    try {
      versions = await versionsIn(folder);
      settings = await this.loading.settings(name, undefined);
    } catch (error) {
      const reason = this.reasonOf(error);
      this.failed(entry, versions, reason);
      if (which === 'all') throw new RequestError('invalid', reason, undefined, { cause: error });
      return undefined;
    }
    entry.fault = undefined;
    const selected = selectVersions(settings.versions, versions);
    const others = versions.filter((version) => !selected.includes(version));
    for (const version of others) if (!states.has(version)) states.set(version, unavailable(''));
    const chosen: FoundVersion[] = selected.map((version) => ({ version, folder: join(folder, version) }));
    return { chosen, others };
  }

  /** Something is wrong with a model as a whole: what answers goes on. */
  private failed(entry: ModelEntry<T>, versions: readonly string[], reason: string): void {
    const { name, states } = entry;
    const known = new Set([...states.keys(), ...versions]);
    for (const version of known.size === 0 ? ['1'] : known) {
      const state = states.get(version);
      if (state?.state === 'READY') state.reason = reason;
      else states.set(version, unavailable(reason));
    }
    // The directory is read again and again.
    if (entry.fault !== reason) this.ports.onEvent?.({ name, version: '', what: 'failed', reason });
    entry.fault = reason;
  }

  /** Forgets versions whose files are gone, and a model without any version. */
  private tidy({ name, states, serving }: ModelEntry<T>): void {
    for (const [version, { state, isGone }] of states)
      if (isGone && state === 'UNAVAILABLE') states.delete(version);
    if (states.size === 0 && serving === undefined) this.entries.delete(name);
  }

  private async loadIfNeeded(
    entry: ModelEntry<T>,
    found: FoundVersion,
    which: 'changed' | 'failed' | 'all',
  ): Promise<RequestError | undefined> {
    const { name } = entry;
    const { version } = found;
    const old = entry.serving?.versions.get(version);
    const state = entry.states.get(version) ?? unavailable('');
    entry.states.set(version, state);
    state.isGone = false;
    let tried: string | undefined;
    const isWanted = ({ digest, stamp }: FilesRead) => {
      tried = stamp;
      const isServed = which !== 'all' && old?.loaded.digest === digest;
      if (isServed) state.reason = '';
      if (isServed || (which === 'changed' && state.failed === stamp)) return false;
      if (old === undefined) {
        state.state = 'LOADING';
        state.reason = '';
      }
      return true;
    };
    const previous = () => entry.serving?.versions.get(version) ?? entry.serving?.preferred;
    const promised = () => previous()?.loaded ?? this.promised.get(name);
    try {
      const live = await this.loading.load(name, found, { isWanted, previous, promised });
      if (live === undefined) return undefined;
      this.replace(entry, { by: live });
      state.state = 'READY';
      state.reason = '';
      state.failed = undefined;
      this.ports.onEvent?.({ name, version, what: 'loaded', reason: '' });
      return undefined;
    } catch (error) {
      const reason = this.reasonOf(error);
      state.failed = tried;
      // The old one answers on.
      state.state = old === undefined ? 'UNAVAILABLE' : 'READY';
      state.reason = old === undefined ? reason : `the last load failed: ${reason}`;
      this.ports.onEvent?.({ name, version, what: 'failed', reason });
      const fault = error instanceof RequestError ? error.reason : 'invalid';
      return new RequestError(fault, `version ${version} of model ${show(name)}: ${reason}`, undefined, {
        cause: error,
      });
    }
  }

  /** One assignment: requests find either the old versions or the new. */
  private replace(
    entry: ModelEntry<T>,
    { by, without = [] }: { readonly by?: Live<T>; readonly without?: readonly Live<T>[] },
  ): void {
    const versions = new Map(entry.serving?.versions);
    const gone = [...without];
    for (const { loaded } of without) versions.delete(loaded.version);
    if (by !== undefined) {
      const old = versions.get(by.loaded.version);
      if (old !== undefined) gone.push(old);
      versions.set(by.loaded.version, by);
    }
    const [preferred] = [...versions.values()].sort((a, b) =>
      compareVersions(b.loaded.version, a.loaded.version),
    );
    entry.serving = preferred && { versions, preferred };
    if (preferred !== undefined) this.promised.set(entry.name, preferred.loaded);
    for (const live of gone) void this.retire(entry, live);
  }

  /** Lets go of what isn't served any more, once its requests have been answered. */
  private retire(entry: ModelEntry<T>, live: Live<T>): Promise<void> {
    const { name, version, model } = live.loaded;
    live.isRetired = true;
    const state = entry.states.get(version);
    const isReplaced = entry.serving?.versions.has(version) ?? false;
    if (!isReplaced && state !== undefined) state.state = 'UNLOADING';
    const done = (async () => {
      await live.drained();
      try {
        await this.ports.close(live.endpoint);
        await this.loading.release(model);
      } catch (error) {
        this.ports.onEvent?.({ name, version, what: 'failed', reason: this.reasonOf(error) });
      }
      this.draining.delete(live);
      if (state?.state === 'UNLOADING') state.state = 'UNAVAILABLE';
      this.tidy(entry);
      this.ports.onEvent?.({ name, version, what: 'unloaded', reason: '' });
    })();
    this.draining.set(live, done);
    return done;
  }

  /** Clients may read it: it names no folder of this machine. */
  private reasonOf(error: unknown): string {
    const message = errorText(error);
    return message
      .replaceAll(`${pathToFileURL(this.directory).href}/`, '')
      .replaceAll(this.directory + sep, '');
  }
}

const TO_ADD = `put its files there, as NAME/VERSION/${CASCADE} and NAME/VERSION/${FEATURES}, and load it again`;

function unknownModel(name: string): RequestError {
  return new RequestError('not-found', `there is no model ${show(name)}`);
}
