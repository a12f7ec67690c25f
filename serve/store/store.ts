import { fileURLToPath } from 'node:url';
import { servingStates } from '../../cascades/internal.js';
import { decode, separate } from '../../lib/data/artifact/index.js';
import { ArtifactError, CodeError } from '../../lib/errors.js';
import { sharedTables } from '../../lib/features/define/index.js';
import { RequestError } from '../../lib/protocol/messages/index.js';
import { type Code, isUnchanged, PackageCache, readCode } from '../../lib/util/code/index.js';
import { textDigest } from '../../lib/util/digest.js';
import type { State, Tensor } from '../../lib/util/state.js';
import type { ModelFiles, ModelKey } from '../executor.js';
import { readWhole } from './readWhole.js';
import { Slabs } from './slabs.js';
import { type HeldTensor, TensorStore } from './tensors.js';

/** A state of a file: what rebuilds a feature, a model or a rule. */
export interface StoredState {
  /** Of its JSON and its tensors. */
  readonly digest: string;
  readonly json: string;
  /** Views of memory that threads share. */
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/** A version's files as they were read: all that a thread needs to serve it, as data that threads can be sent. */
export interface StoredModel {
  readonly key: ModelKey;
  /** Of the artifact, for messages. */
  readonly path: string;
  readonly kind: 'cascade' | 'ranker';
  readonly code: Code;
  readonly states: Readonly<Record<string, StoredState>>;
}

/** The content of one version, and what is needed only once. */
export interface Opened {
  readonly model: StoredModel;
  /** Values of a few rows, by which features are checked when they are loaded first. */
  readonly reference: State | undefined;
  /** Octets in shared memory by content. */
  readonly held: readonly { readonly digest: string; readonly octets: number }[];
}

/** How the store's memory is used. */
export interface StoreMemory {
  /** Octets of tensors, each content once. */
  readonly octets: number;
  /** Octets of all slabs, and of those that nothing uses: pages that were never used take no memory. */
  readonly reserved: number;
  readonly free: number;
}

/** Reads versions of models, each once, and holds tensors with the same content once. */
export class Store {
  private readonly slabs = new Slabs();
  private readonly tensors = new TensorStore(this.slabs);
  /** Digests of the tables made of states, by name, by the states' digests. */
  private readonly tables = new Map<string, ReadonlyMap<string, string>>();
  /** Files are read in turn, into the same memory. */
  private turn: Promise<unknown> = Promise.resolve();
  private readonly packages = new PackageCache();
  private scratch = new Uint8Array(0);

  get memory(): StoreMemory {
    return { octets: this.tensors.octets, reserved: this.slabs.reserved, free: this.slabs.free };
  }

  /**
   * Reads the files of a version.
   *
   * @throws ArtifactError for an artifact that is damaged, foreign or unreadable; RequestError
   * `unavailable` for code that can't be read; the signal's reason
   */
  async open({ key, artifact, features }: ModelFiles, signal?: AbortSignal): Promise<Opened> {
    const code = await readCode(features, this.packages).catch(unavailable);
    const read = this.turn.then(async () => {
      signal?.throwIfAborted();
      const bytes = await readWhole(artifact, this.scratch);
      if (bytes.byteOffset === 0) this.scratch = new Uint8Array(bytes.buffer);
      return this.keep(key, artifact, code, bytes);
    });
    this.turn = read.catch(() => {});
    return read;
  }

  /** Whether the files of a module are still those that were read. */
  isCurrent(code: Code): Promise<boolean> {
    return isUnchanged(code);
  }

  /** Whether importing a module now gives the same code, though its files may have been written again. */
  async isSame(code: Code): Promise<boolean> {
    if (await isUnchanged(code)) return true;
    const now = await readCode(fileURLToPath(code.url), this.packages).catch(() => undefined);
    return now?.identity === code.identity;
  }

  /** Gives up a version that {@link open} read, once no thread reads its memory. */
  release({ held }: Opened): void {
    for (const { digest } of held) this.tensors.release(digest);
  }

  private keep(key: ModelKey, path: string, code: Code, bytes: Uint8Array): Opened {
    const { kind, states, reference } = servingStates(path, separate(decoded(path, bytes)));
    const held: { digest: string; octets: number }[] = [];
    try {
      const stored = Object.entries(states).map(([name, state]) => [name, this.shared(state, held)] as const);
      const model = { key, path, kind, code, states: Object.fromEntries(stored) };
      return { model, reference: reference && owned(reference), held };
    } catch (error) {
      for (const { digest } of held) this.tensors.release(digest);
      throw error;
    }
  }

  private shared(state: State, held: { digest: string; octets: number }[]): StoredState {
    const views: [string, Tensor][] = [];
    const keep = (name: string, { digest, octets, tensor }: HeldTensor) => {
      held.push({ digest, octets });
      views.push([name, tensor]);
      return digest;
    };
    const json = JSON.stringify(state.json);
    const digests = [json];
    for (const [name, tensor] of Object.entries(state.tensors))
      digests.push(name, keep(name, this.tensors.hold(tensor)));
    const digest = textDigest(JSON.stringify(digests));
    for (const [name, table] of this.tablesOf(state, digest)) keep(name, table);
    return { digest, json, tensors: Object.fromEntries(views) };
  }

  /** Tables that threads share instead of making them: made again only where no model holds those of an equal state. */
  private tablesOf(state: State, digest: string): (readonly [name: string, table: HeldTensor])[] {
    const known = [...(this.tables.get(digest) ?? [])].flatMap(([name, own]) => {
      const table = this.tensors.again(own);
      return table === undefined ? [] : [[name, table] as const];
    });
    if (known.length > 0) return known;
    const made = Object.entries(sharedTables(state)).map(
      ([name, table]) => [name, this.tensors.hold(table)] as const,
    );
    for (const [each, tables] of this.tables)
      if ([...tables.values()].every((own) => this.tensors.users(own) === 0)) this.tables.delete(each);
    if (made.length > 0) this.tables.set(digest, new Map(made.map(([name, table]) => [name, table.digest])));
    return made;
  }
}

/** @throws RequestError for code that can't be read */
function unavailable(error: unknown): never {
  if (!(error instanceof CodeError)) throw error;
  throw new RequestError('unavailable', error.message, undefined, { cause: error });
}

function decoded(path: string, bytes: Uint8Array): State {
  try {
    return decode(bytes);
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    throw new ArtifactError(error.reason, `'${path}': ${error.message}`, { cause: error });
  }
}

/** A state that outlives the file's bytes. */
function owned({ json, tensors }: State): State {
  const copies = Object.entries(tensors).map(([name, tensor]) => [name, tensor.slice()] as const);
  return { json, tensors: Object.fromEntries(copies) };
}
