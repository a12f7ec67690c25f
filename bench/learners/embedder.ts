import { basename } from 'node:path';
import { loadTransformers, minilm, ONE_THREAD } from '../peers/transformers.js';

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
  const folder = minilm();
  if (folder === undefined) return 'MINILM names no folder';
  const transformers = loadTransformers(folder);
  if (typeof transformers === 'string') return transformers;
  const extract = await transformers.pipeline('feature-extraction', basename(folder), ONE_THREAD);
  if (!isExtract(extract)) throw new TypeError('transformers.js made no pipeline');
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

type Extract = (texts: readonly string[], options: object) => Promise<{ readonly data: Float32Array }>;

function isExtract(made: unknown): made is Extract {
  return typeof made === 'function';
}
