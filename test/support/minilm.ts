import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FeatureExtraction } from '../../lib/features/embedding/index.js';
import { loadPackage } from '../../lib/util/packages.js';
import { isHere } from './packages.js';

/** The folder of MiniLM, a real encoder of sentences, as bench/peers/minilm.py makes it. */
export const MINILM = process.env.MINILM;

/** Python packages that make such a folder, where they lie beside it. */
export const MINILM_PYTHON = MINILM === undefined ? '' : join(dirname(MINILM), 'python');

export const isMiniLMHere = MINILM !== undefined && existsSync(MINILM) && isHere('@huggingface/transformers');

/** What tests of it are called where it isn't here. */
export const WITHOUT_MINILM = '(left out without MINILM and @huggingface/transformers)';

/** A pipeline as transformers.js makes it. */
export interface RealPipeline extends FeatureExtraction {
  (texts: string | string[], options?: object): Promise<{ data: Float32Array; dims: number[] }>;
  readonly tokenizer: (text: string) => unknown;
  dispose(): Promise<void>;
}

interface Transformers {
  readonly env: { localModelPath: string; allowRemoteModels: boolean };
  readonly pipeline: (task: string, name: string, options: object) => Promise<RealPipeline>;
}

/** A pipeline of the folder, or of another one, on one thread. */
export async function miniLM(task = 'feature-extraction', folder = MINILM ?? ''): Promise<RealPipeline> {
  const { env, pipeline } = (await loadPackage('@huggingface/transformers')) as Transformers;
  env.allowRemoteModels = false;
  env.localModelPath = dirname(folder);
  return pipeline(task, folder.slice(dirname(folder).length + 1), {
    dtype: 'fp32',
    session_options: { intraOpNumThreads: 1 },
  });
}
