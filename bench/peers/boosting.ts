import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PYTHON, startPython } from './python.js';

/** Rows to learn from and rows to be judged on. */
export interface LearningProblem {
  readonly name: string;
  readonly columns: number;
  readonly classes: number;
  /** rows x columns. */
  readonly train: Float32Array;
  readonly labels: Int32Array;
  readonly test: Float32Array;
  readonly testLabels: Int32Array;
}

/** Settings that all libraries have. */
export interface BoostingSettings {
  readonly rounds: number;
  /** null: any depth. */
  readonly maxDepth: number | null;
  readonly maxLeaves: number;
  readonly minRows: number;
  readonly learningRate: number;
  readonly l2: number;
}

/** The Python module of each library of histogram gradient boosting. */
const MODULES = { 'scikit-learn': 'sklearn', LightGBM: 'lightgbm' } as const;

export type BoostingLibrary = keyof typeof MODULES;

/** How long a fit took: seconds on the clock, and of processors on all threads together. */
export interface FitTime {
  readonly seconds: number;
  readonly processor: number;
}

/** scikit-learn's HistGradientBoostingClassifier or LightGBM in a process of its own. */
export interface BoostingPeer {
  readonly library: BoostingLibrary;
  readonly version: string;
  /** scikit-learn's `load_digits()`; LightGBM has none. */
  digits(): Promise<{ values: Float32Array; labels: Int32Array }>;
  /** Gives it the rows; to be called before it is timed. */
  give(problem: LearningProblem): Promise<void>;
  /** One fit, bins included, timed by its own clocks: talking to it and reading the rows aren't counted. */
  fit(problem: LearningProblem, settings: BoostingSettings, threads: number): Promise<FitTime>;
  /** Probabilities of the test rows by the model fitted last, rows x classes. */
  predict(problem: LearningProblem): Promise<Float64Array>;
  close(): Promise<void>;
}

/**
 * @returns or the reason why there is none, in words
 * @throws if it is installed but fails
 */
export async function startBoosting(
  library: BoostingLibrary,
  interpreter = PYTHON,
): Promise<BoostingPeer | string> {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-bench-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const module = MODULES[library];
  const python = await startPython('boosting.py', [folder, module], interpreter, {
    name: library,
    module,
  }).catch(async (error) => {
    await remove();
    throw error;
  });
  if (typeof python === 'string') {
    await remove();
    return python;
  }
  const buffer = async (file: string) => {
    const bytes = await readFile(join(folder, file));
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  };
  const request = (requested: object) => python.request(JSON.stringify(requested));
  return {
    library,
    version: 'version' in python.ready ? String(python.ready.version) : '',
    async digits() {
      return {
        values: new Float32Array(await buffer('all-digits.x')),
        labels: new Int32Array(await buffer('all-digits.y')),
      };
    },
    async give({ name, train, labels, test }) {
      await writeFile(join(folder, `${name}.x`), train);
      await writeFile(join(folder, `${name}.y`), labels);
      await writeFile(join(folder, `${name}.test`), test);
    },
    async fit({ name, columns }, settings, threads) {
      const took = await request({ do: 'fit', name, columns, settings, threads });
      if (!('seconds' in took && 'processor' in took)) throw new Error(`${library} gave no time`);
      return { seconds: Number(took.seconds), processor: Number(took.processor) };
    },
    async predict({ name, columns }) {
      await request({ do: 'predict', name, columns });
      return new Float64Array(await buffer(`${name}.p`));
    },
    async close() {
      await python.close();
      await remove();
    },
  };
}
