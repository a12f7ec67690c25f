import type { io } from '@tensorflow/tfjs-core';
import { ModelError, OptionError } from '../../../errors.js';
import { insteadOfContent } from '../../../util/looks.js';
import type { Load } from '../../../util/packages.js';
import { BACKENDS, type TfBackend } from './backends.js';
import { openNetwork, readArtifacts } from './file.js';
import { artifactsOf, contentHash } from './network.js';
import {
  isSavedModel,
  isSavedModelFolder,
  openSavedModel,
  savedModelHash,
  savedNetwork,
} from './savedModel.js';
import type { Tf } from './tf.js';
import type { BackendName, Runnable, TfjsNetwork, TfjsSavedModel } from './types.js';

/** The source of a session's network. */
export interface NetworkSource {
  /** The user's own: never disposed of. */
  readonly own: Runnable | undefined;
  /** Builds it on tfjs's backend of the moment: at first, and again after a lost GPU. */
  open(tf: Tf, backend: TfBackend, load: Load): Promise<Runnable>;
  /** `sha256:` and a hash of its content; undefined if that can't be read. */
  readonly hash: string | undefined;
  /** Backends that can run it, best first. */
  readonly backends: readonly BackendName[];
}

/** The backends that run SavedModels. */
const TENSORFLOW: readonly BackendName[] = ['node-gpu', 'node'];

/** A network in memory or in files, as a session opens it. */
export async function sourceOf(
  model: TfjsNetwork | TfjsSavedModel | string,
  name: string,
): Promise<NetworkSource> {
  if (typeof model === 'string') {
    const content = insteadOfContent(model);
    if (content !== '')
      throw new OptionError(
        'model',
        `expected the path of a model.json, or the folder of a SavedModel, got ${content}`,
      );
    return (await isSavedModelFolder(model)) ? savedFolder(model) : fileOf(model);
  }
  if (!isSavedModel(model)) {
    const artifacts = await artifactsOf(model);
    return { ...built(artifacts, name, contentHash(artifacts)), own: model };
  }
  return {
    own: savedNetwork(model),
    async open() {
      throw new ModelError(name, 'a SavedModel that was given can’t be opened again: pass its folder');
    },
    hash: undefined,
    backends: TENSORFLOW,
  };
}

/** A network that is built from its files. */
export function built(artifacts: io.ModelArtifacts, what: string, hash?: string): NetworkSource {
  return {
    own: undefined,
    open: (tf, _, load) => openNetwork(tf, artifacts, what, load),
    hash,
    backends: BACKENDS,
  };
}

async function fileOf(path: string): Promise<NetworkSource> {
  const artifacts = await readArtifacts(path);
  return built(artifacts, path, contentHash(artifacts));
}

async function savedFolder(path: string): Promise<NetworkSource> {
  return {
    own: undefined,
    async open(tf, { name }, load) {
      // The given tf has SavedModels where it is tfjs-node's own.
      const here = 'node' in tf ? tf : await load(`@tensorflow/tfjs-${name}`);
      return savedNetwork(await openSavedModel(tf, here, path));
    },
    hash: await savedModelHash(path),
    backends: TENSORFLOW,
  };
}

/** @throws OptionError for a backend that can't run it */
export function checkRuns({ backends }: NetworkSource, wanted: BackendName | undefined): void {
  if (wanted === undefined || backends.includes(wanted) || !BACKENDS.includes(wanted)) return;
  throw new OptionError('backend', `'${wanted}' can't run a SavedModel: expected ${backends.join(' or ')}`);
}
