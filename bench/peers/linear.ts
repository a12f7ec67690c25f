import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Block } from 'spillway/extend';
import { PYTHON, startPython } from './python.js';

/** Rows to fit to and rows to predict, as blocks side by side. */
export interface LinearRows {
  readonly name: string;
  readonly classes: number;
  readonly train: readonly Block[];
  readonly labels: Int32Array;
  readonly test: readonly Block[];
  readonly testLabels: Int32Array;
}

/** Each column standardised, each block divided by one number, or columns as they are; sparse blocks always are. */
export type PeerScaling = 'columns' | 'block' | 'raw';

export interface LinearSettings {
  readonly C?: number;
  readonly tol?: number;
  readonly max_iter?: number;
  readonly scoring?: string;
}

/** scikit-learn's logistic regression, on one thread. */
export interface LinearPeer {
  readonly version: string;
  /** Gives it the rows; to be called before it is timed. */
  give(problem: LinearRows, scaling: PeerScaling): Promise<void>;
  /** One fit, in seconds of processor time by its own clock. */
  fit(problem: LinearRows, settings: LinearSettings, crossValidated?: boolean): Promise<number>;
  /** Probabilities of the test rows by the model fitted last, rows x classes. */
  predict(problem: LinearRows): Promise<Float64Array>;
  close(): Promise<void>;
}

/**
 * @returns or the reason why there is none, in words
 * @throws if it is installed but fails
 */
export async function startLinear(interpreter = PYTHON): Promise<LinearPeer | string> {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-bench-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const python = await startPython('linear.py', [folder], interpreter).catch(async (error) => {
    await remove();
    throw error;
  });
  if (typeof python === 'string') {
    await remove();
    return python;
  }
  const request = (requested: object) => python.request(JSON.stringify(requested));
  const write = async (path: string, block: Block) => {
    if (block.kind === 'dense') {
      await writeFile(`${path}.x`, block.values.subarray(0, block.rows * block.columns));
      return;
    }
    const { offsets, rows } = block;
    await writeFile(`${path}.indptr`, Int32Array.from(offsets));
    await writeFile(`${path}.indices`, Int32Array.from(block.indices.subarray(0, offsets[rows])));
    await writeFile(`${path}.data`, block.values.subarray(0, offsets[rows]));
  };
  return {
    version: 'version' in python.ready ? String(python.ready.version) : '',
    async give({ name, train, test, labels }, scaling) {
      for (const [which, blocks] of [['train', train] as const, ['test', test] as const]) {
        for (const [p, block] of blocks.entries()) await write(join(folder, `${name}.${which}.${p}`), block);
      }
      await writeFile(join(folder, `${name}.y`), labels);
      const parts = train.map(({ kind, columns }) => ({ kind, columns }));
      await request({ do: 'read', name, parts, scaling });
    },
    async fit({ name }, settings, crossValidated = false) {
      const took = await request({ do: 'fit', name, settings, folds: crossValidated });
      if (!('seconds' in took)) throw new Error('scikit-learn gave no time');
      return Number(took.seconds);
    },
    async predict({ name }) {
      await request({ do: 'predict', name });
      const bytes = await readFile(join(folder, `${name}.p`));
      return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    },
    async close() {
      await python.close();
      await remove();
    },
  };
}
