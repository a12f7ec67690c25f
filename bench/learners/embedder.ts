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
  // Seeds draw the same texts again.
  const known = new Map<string, Float32Array>();
  return {
    columns,
    async encode(texts) {
      const values = new Float32Array(texts.length * columns);
      const fresh = [...new Set(texts)]
        .filter((text) => !known.has(text))
        .sort((a, b) => a.length - b.length);
      for (let from = 0; from < fresh.length; from += BATCH) {
        const batch = fresh.slice(from, from + BATCH);
        const vectors = await encode(batch);
        batch.forEach((text, i) => {
          known.set(text, vectors.slice(i * columns, (i + 1) * columns));
        });
      }
      texts.forEach((text, row) => {
        values.set(known.get(text) ?? [], row * columns);
      });
      return values;
    },
  };
}

type Extract = (texts: readonly string[], options: object) => Promise<{ readonly data: Float32Array }>;

function isExtract(made: unknown): made is Extract {
  return typeof made === 'function';
}
