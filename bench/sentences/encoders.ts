import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { FeatureExtraction } from 'spillway';
import { loadPeer } from '../peers/install.js';

/** MiniLM as pipelines of transformers.js, on one thread. */
export interface Encoders {
  /** All six layers. */
  readonly whole: FeatureExtraction;
  /** The first two layers alone. */
  readonly shallow: FeatureExtraction;
}

/** What is used of `@huggingface/transformers`. */
export interface Transformers {
  readonly env: { localModelPath: string; allowRemoteModels: boolean };
  pipeline(task: string, model: string, options: object): Promise<unknown>;
}

export const ONE_THREAD = { dtype: 'fp32', session_options: { intraOpNumThreads: 1, interOpNumThreads: 1 } };

/** What the name of its folder ends with: `.ci/minilm` makes it beside MiniLM's own. */
const SHALLOW = '2';

/**
 * Opens the folder that the environment variable `MINILM` names, and that of two layers beside it.
 * `bench/peers/minilm.py` writes both.
 *
 * @returns or why there are none, in words
 */
export async function openEncoders(): Promise<Encoders | string> {
  const folder = minilm();
  if (folder === undefined) return 'MINILM names no folder';
  const transformers = loadTransformers(folder);
  if (typeof transformers === 'string') return transformers;
  const shallow = `${folder}${SHALLOW}`;
  if (!existsSync(shallow)) return `${basename(shallow)} isn't beside MINILM`;
  const open = async (name: string) => {
    const made = await transformers.pipeline('feature-extraction', name, ONE_THREAD);
    if (!isExtraction(made)) throw new TypeError('transformers.js made no pipeline of feature-extraction');
    return made;
  };
  return { whole: await open(basename(folder)), shallow: await open(basename(shallow)) };
}

/** MiniLM's folder, if there is one. */
export function minilm(): string | undefined {
  const { MINILM: folder } = process.env;
  return folder !== undefined && existsSync(folder) ? resolve(folder) : undefined;
}

/** The package, which reads models from the folder that holds `folder`, and nothing from elsewhere. */
export function loadTransformers(folder: string): Transformers | string {
  const loaded = loadPeer('@huggingface/transformers');
  if (typeof loaded === 'string') return loaded;
  if (!isTransformers(loaded)) throw new TypeError('expected @huggingface/transformers');
  loaded.env.localModelPath = dirname(folder);
  loaded.env.allowRemoteModels = false;
  return loaded;
}

function isTransformers(value: unknown): value is Transformers {
  return typeof value === 'object' && value !== null && 'pipeline' in value && 'env' in value;
}

function isExtraction(value: unknown): value is FeatureExtraction {
  return typeof value === 'function' && 'tokenizer' in value && 'model' in value;
}
