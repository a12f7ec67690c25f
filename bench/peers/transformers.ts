import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { loadPeer } from './install.js';

/** What is used of `@huggingface/transformers`. */
export interface Transformers {
  readonly env: { localModelPath: string; allowRemoteModels: boolean };
  pipeline(task: string, model: string, options: object): Promise<unknown>;
}

/** Options of pipelines. */
export const ONE_THREAD = {
  dtype: 'fp32',
  session_options: { intraOpNumThreads: 1, interOpNumThreads: 1 },
};

/** The folder that the environment variable `MINILM` names, if there is one: `.ci/minilm` makes it. */
export function minilm(): string | undefined {
  const { MINILM: folder } = process.env;
  return folder !== undefined && existsSync(folder) ? resolve(folder) : undefined;
}

/**
 * The package, which reads models from the folder that holds `folder`, and nothing from elsewhere.
 *
 * @returns or why it can't be had, in words
 */
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
