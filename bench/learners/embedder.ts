import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, resolve } from 'node:path';

/** Vectors of texts, unit length, rows x `columns`. */
export interface Embedder {
  readonly columns: number;
  encode(texts: readonly string[]): Promise<Float32Array>;
}

const BATCH = 32;
/** Characters that are read, some 64 tokens. */
const MOST = 300;

/**
 * MiniLM of the folder that the environment variable `MINILM` names, by transformers.js.
 *
 * @returns or why there is none, in words
 */
export async function openEmbedder(): Promise<Embedder | string> {
  const { MINILM: given } = process.env;
  if (given === undefined || !existsSync(given)) return 'MINILM names no folder';
  const folder = resolve(given);
  const loaded = loadTransformers();
  if (loaded === undefined) return '@huggingface/transformers is not installed';
  if (!isTransformers(loaded)) throw new TypeError('expected @huggingface/transformers');
  loaded.env.localModelPath = dirname(folder);
  loaded.env.allowRemoteModels = false;
  const extract = await loaded.pipeline('feature-extraction', basename(folder), {
    dtype: 'fp32',
    session_options: { intraOpNumThreads: 1, interOpNumThreads: 1 },
  });
  const encode = async (texts: readonly string[]) => {
    const cut = texts.map((text) => text.slice(0, MOST));
    return (await extract(cut, { pooling: 'mean', normalize: true })).data;
  };
  const columns = (await encode(['one'])).length;
  return {
    columns,
    async encode(texts) {
      const values = new Float32Array(texts.length * columns);
      const order = [...texts.keys()].sort((a, b) => texts[a].length - texts[b].length);
      for (let from = 0; from < order.length; from += BATCH) {
        const batch = order.slice(from, from + BATCH);
        const vectors = await encode(batch.map((row) => texts[row]));
        batch.forEach((row, i) => {
          values.set(vectors.subarray(i * columns, (i + 1) * columns), row * columns);
        });
      }
      return values;
    },
  };
}

function loadTransformers(): unknown {
  try {
    return createRequire(import.meta.url)('@huggingface/transformers');
  } catch {
    return undefined;
  }
}

interface Transformers {
  readonly env: { localModelPath: string; allowRemoteModels: boolean };
  pipeline(task: string, model: string, options: object): Promise<Extract>;
}

type Extract = (texts: readonly string[], options: object) => Promise<{ readonly data: Float32Array }>;

function isTransformers(value: unknown): value is Transformers {
  return typeof value === 'object' && value !== null && 'pipeline' in value && 'env' in value;
}
