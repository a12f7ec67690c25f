import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { FeatureExtraction } from 'spillway';
import { type TransformersEncoder, transformersEncoder } from 'spillway/full';
import { loadTransformers, minilm, ONE_THREAD } from '../peers/transformers.js';

/** MiniLM as pipelines of transformers.js, on one thread. */
export interface Encoders {
  /** All six layers. */
  readonly whole: FeatureExtraction;
  /** The first two layers alone. */
  readonly shallow: FeatureExtraction;
  /** All six, which answers after each of them. */
  readonly layered: TransformersEncoder;
}

/** What the name of its folder ends with: `.ci/minilm` makes it beside MiniLM's own. */
const SHALLOW = '2';

/** @returns or why there are none, in words */
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
  return {
    whole: await open(basename(folder)),
    shallow: await open(basename(shallow)),
    layered: await transformersEncoder(folder, { session: ONE_THREAD.session_options, transformers }),
  };
}

function isExtraction(value: unknown): value is FeatureExtraction {
  return typeof value === 'function' && 'tokenizer' in value && 'model' in value;
}
