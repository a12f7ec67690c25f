import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PYTHON, startPython } from './python.js';

/** scikit-learn's character TF-IDF (2-5, 50,000 terms, sublinear), fitted and waiting to be timed. */
export interface Vectorizer {
  readonly version: string;
  /** One run over the test texts. */
  transform(): Promise<{ seconds: number; entries: number }>;
  close(): Promise<void>;
}

/**
 * @returns or the reason why there is none, in words
 * @throws if it is installed but fails
 */
export async function fitVectorizer(
  train: readonly string[],
  test: readonly string[],
  interpreter = PYTHON,
): Promise<Vectorizer | string> {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-bench-'));
  const input = join(folder, 'texts.json');
  await writeFile(input, JSON.stringify({ train, test }));
  const remove = () => rm(folder, { recursive: true, force: true });
  const python = await startPython('vectorizer.py', [input], interpreter).finally(remove);
  if (typeof python === 'string') return python;
  return {
    version: 'version' in python.ready ? String(python.ready.version) : '',
    async transform() {
      const took = await python.request('');
      if (!('seconds' in took && 'entries' in took)) throw new Error('scikit-learn gave no times');
      return { seconds: Number(took.seconds), entries: Number(took.entries) };
    },
    close: python.close,
  };
}
