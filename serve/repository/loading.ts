import { join } from 'node:path';
import { OptionError } from '../../lib/errors.js';
import { RequestError } from '../../lib/protocol/messages/index.js';
import { errorText } from '../../lib/util/errorText.js';
import type { LoadedModel, ModelFiles } from '../executor.js';
import type { ReadyPolicy } from './entry.js';
import { CASCADE, FEATURES, FEATURES_NAMES, fileText, SETTINGS, type Snapshot, Snapshots } from './folder.js';
import { Live, type LoadedVersion } from './live.js';
import { HeldTotal, totalHeld, unusedReservations } from './memory.js';
import { weakening } from './promise.js';
import { type ModelSettings, modelSettings } from './settings.js';
import { compareVersions } from './versions.js';

/** What holds models. */
export interface ModelLoader {
  /**
   * Loads a model wherever it is to answer, and warms it. A load that fails leaves nothing behind.
   *
   * @param inline whether it answers on the thread of the caller
   * @throws SpillwayError saying what can't be loaded
   */
  load(files: ModelFiles, inline: boolean): Promise<LoadedModel>;
  /** Lets go of a model that has no jobs any more. */
  unload(key: string): Promise<void>;
}

/** What loading works with. @typeParam T what answers for a version */
export interface LoadingPorts<T> {
  readonly host: ModelLoader;
  /**
   * Makes what answers, before requests reach it.
   *
   * @param previous what answered for the model until now
   * @throws SpillwayError for settings that don't fit the model
   */
  open(loaded: LoadedVersion, previous: T | undefined): Promise<T>;
}

export interface RepositoryOptions {
  /** Which models must answer, so that the server is ready. @defaultValue 'any' */
  readonly ready?: ReadyPolicy;
  /** Whether a certificate may replace a better one, whatever `model.json` says. */
  readonly allowWorse: boolean;
  /** Octets that models may hold, those of an old version and its successor together. */
  readonly memory: number;
}

/** A version of a model, as it is found in its folder. */
export interface FoundVersion {
  readonly version: string;
  readonly folder: string;
}

/** The files and settings of a version at one moment. */
export interface FilesRead {
  /** Of what they say. */
  readonly digest: string;
  /** Changes whenever a file is written. */
  readonly stamp: string;
}

/** What a load depends on, as it is when it is asked for. */
export interface LoadTerms<T> {
  /** Whether these files are to be loaded. */
  isWanted(files: FilesRead): boolean;
  /** What it would replace. */
  previous(): Live<T> | undefined;
  /** The last version that answered for the model, even if it was unloaded since: a new one may promise no less. */
  promised(): LoadedVersion | undefined;
}

/** Attempts to read files that are being written. */
const ATTEMPTS = 3;

/**
 * Loads versions of models, and refuses those that promise less than what they replace, or for which memory is short.
 */
export class VersionLoader<T> {
  private readonly snapshots = new Snapshots();
  private loads = 0;
  /** Octets of models that are being loaded. */
  private expected = 0;
  private readonly held = new HeldTotal();

  /** @param versions that answer, or still have requests */
  constructor(
    private readonly directory: string,
    private readonly ports: LoadingPorts<T>,
    private readonly options: RepositoryOptions,
    private readonly versions: () => Iterable<LoadedVersion>,
  ) {}

  /** Forgets files of other models. */
  keep(names: readonly string[]): void {
    this.snapshots.keep(names.map((name) => join(this.directory, name)));
  }

  /**
   * Loads a version, again where its files are written meanwhile.
   *
   * @returns undefined if it isn't wanted
   * @throws RequestError `invalid` for files that can't be loaded, or promise less than what is served; `unavailable`
   *   where memory is short or files keep changing; what the host and `open` throw
   */
  async load(
    name: string,
    found: FoundVersion,
    { isWanted, ...terms }: LoadTerms<T>,
  ): Promise<Live<T> | undefined> {
    for (let attempt = 1; ; attempt++) {
      const snapshot = await this.snapshots.of(found.folder);
      const settings = await this.settings(name, found.version);
      const digest = withSettings(snapshot.digest, settings);
      const stamp = withSettings(snapshot.stamp, settings);
      if (!isWanted({ digest, stamp })) return undefined;
      const read = { snapshot, settings, digest, stamp };
      const live = await this.attempt(name, found, read, terms, attempt < ATTEMPTS);
      if (live !== undefined) return live;
    }
  }

  /** @param version undefined: only those of the model as a whole */
  async settings(name: string, version: string | undefined): Promise<ModelSettings> {
    const paths = [
      `${name}/${SETTINGS}`,
      ...(version === undefined ? [] : [`${name}/${version}/${SETTINGS}`]),
    ];
    const texts = await Promise.all(paths.map((path) => this.textOf(path)));
    return modelSettings(
      paths.flatMap((path, i) => (texts[i] === undefined ? [] : [{ path, text: texts[i] }])),
    );
  }

  private async textOf(path: string): Promise<string | undefined> {
    try {
      return await fileText(join(this.directory, path));
    } catch (error) {
      throw new OptionError(path, `can't be read: ${errorText(error)}`);
    }
  }

  /** @returns undefined if the files were written meanwhile, and are to be read again */
  private async attempt(
    name: string,
    found: FoundVersion,
    read: FilesRead & { readonly snapshot: Snapshot; readonly settings: ModelSettings },
    terms: Pick<LoadTerms<T>, 'previous' | 'promised'>,
    mayRetry: boolean,
  ): Promise<Live<T> | undefined> {
    const { snapshot, settings, digest, stamp } = read;
    const isSame = async () => (await this.snapshots.of(found.folder)).stamp === snapshot.stamp;
    const loaded = { name, version: found.version, settings, digest, stamp };
    let model: LoadedModel;
    try {
      model = await this.modelIn(name, found, snapshot, settings);
    } catch (error) {
      if (mayRetry && !(await isSame())) return undefined;
      throw error;
    }
    try {
      if (!(await isSame())) {
        if (!mayRetry) throw new RequestError('unavailable', 'its files kept changing while they were read');
        await this.release(model);
        return undefined;
      }
      const before = terms.promised();
      // An older version beside a newer one replaces nothing.
      const isAhead = before !== undefined && compareVersions(found.version, before.version) >= 0;
      if (isAhead) this.checkPromise(before, { ...loaded, model });
      this.checkMemory(name, settings, model, 0);
      return new Live(
        { ...loaded, model },
        await this.ports.open({ ...loaded, model }, terms.previous()?.endpoint),
      );
    } catch (error) {
      await this.release(model);
      throw error;
    }
  }

  private async modelIn(
    name: string,
    { version, folder }: FoundVersion,
    { files }: Snapshot,
    settings: ModelSettings,
  ): Promise<LoadedModel> {
    const cascade = files.find(({ path }) => path === CASCADE);
    if (cascade === undefined)
      throw new RequestError('invalid', `it lacks ${CASCADE}, the file that cascade.save writes`);
    const features = FEATURES_NAMES.find((each) => files.some(({ path }) => path === each));
    if (features === undefined) throw new RequestError('invalid', withoutFeatures(files));
    this.checkMemory(name, settings, undefined, cascade.octets);
    this.expected += cascade.octets;
    try {
      const key = `${name}/${version}#${++this.loads}`;
      const files = { key, artifact: join(folder, CASCADE), features: join(folder, features) };
      const model = await this.ports.host.load(files, settings.inline);
      this.held.add(model);
      return model;
    } catch (error) {
      throw namingFile(error, join(folder, CASCADE), join(folder, features));
    } finally {
      this.expected -= cascade.octets;
    }
  }

  async release(model: LoadedModel): Promise<void> {
    try {
      await this.ports.host.unload(model.key);
    } finally {
      this.held.remove(model);
    }
  }

  private checkPromise(before: LoadedVersion, { settings, model }: LoadedVersion): void {
    if (this.options.allowWorse || settings.allowWorse) return;
    const [served, offered] = [before.model.modes, model.modes];
    // Under load any mode may answer: the promise of all answers is that of the last.
    const weaker =
      weakening(served[0].certificate, offered[0].certificate) ??
      weakening(served[served.length - 1].certificate, offered[offered.length - 1].certificate);
    if (weaker === undefined) return;
    throw new RequestError(
      'invalid',
      `its certificate promises less than the one that is served: ${weaker}. Set "allowWorse": true in ${SETTINGS} to serve it`,
    );
  }

  /**
   * Old and new are held at once, until the old one's requests have been answered.
   *
   * @param model what was loaded already
   * @param octets of the file that is to be loaded
   */
  private checkMemory(
    name: string,
    { reserve }: ModelSettings,
    model: LoadedModel | undefined,
    octets: number,
  ): void {
    if (this.options.memory === Number.POSITIVE_INFINITY) return;
    const own = model === undefined ? 0 : totalHeld([model]);
    const needed = Math.max(octets, (reserve?.memory ?? 0) - own);
    const kept = unusedReservations(this.versions(), name);
    const total = this.held.octets + this.expected + needed + kept;
    if (total <= this.options.memory) return;
    const reserved = kept === 0 ? '' : `, ${kept} of them reserved for others`;
    throw new RequestError(
      'unavailable',
      `it doesn't fit into memory: ${total} octets would be held${reserved}, and the limit is ${this.options.memory}`,
    );
  }
}

/** Of a load that took too long, or ended its thread, the code is to blame: other errors name their file. */
function namingFile(error: unknown, artifact: string, features: string): unknown {
  if (!(error instanceof RequestError)) return error;
  const { message, reason, retryAfterMs } = error;
  if (message.includes(artifact) || message.includes(features)) return error;
  return new RequestError(reason, `${features}: ${message}`, retryAfterMs, { cause: error });
}

/** Why a version without its module isn't loaded, and what to do. */
function withoutFeatures(files: Snapshot['files']): string {
  const source = files.find(({ path }) => /^features\.[cm]?tsx?$/.test(path))?.path;
  const what = `it lacks ${FEATURES}, the module with its features and inputs`;
  if (source !== undefined)
    return `${what}. It has ${source}, which must be compiled: npx esbuild ${source} --bundle --packages=external --format=esm --platform=node --outfile=${FEATURES}`;
  const other = files.find(({ path }) => /^features\.cjs$/.test(path))?.path;
  return other === undefined ? what : `${what}. It has ${other}: name it ${FEATURES}`;
}

/** The version policy is the model's, and changes nothing of a version that is loaded. */
function withSettings(files: string, { versions: _, ...settings }: ModelSettings): string {
  return `${files} ${JSON.stringify(settings)}`;
}
