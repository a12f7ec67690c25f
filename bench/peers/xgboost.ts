import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Forest } from '../../lib/learn/kernels/index.js';
import { PYTHON, startPython } from './python.js';
import { xgboostTrees } from './xgboostTrees.js';

/** A forest and its rows, by a name of their own. */
export interface XgboostProblem {
  readonly name: string;
  readonly columns: number;
  readonly forest: Forest;
  readonly rows: Float32Array;
}

/** XGBoost in a process of its own. */
export interface XgboostPeer {
  readonly version: string;
  /** Gives it the trees and the rows; to be called before it is timed. */
  give(problem: XgboostProblem): Promise<void>;
  /** One prediction of all rows, in seconds by its own clock, and what came out. */
  predict(problem: XgboostProblem, threads: number): Promise<{ seconds: number; sums: Float32Array }>;
  close(): Promise<void>;
}

/**
 * @returns or the reason why there is none, in words
 * @throws if it is installed but fails
 */
export async function startXgboost(interpreter = PYTHON): Promise<XgboostPeer | string> {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-bench-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const python = await startPython('xgb.py', [folder], interpreter, {
    name: 'XGBoost',
    module: 'xgboost',
  }).catch(async (error) => {
    await remove();
    throw error;
  });
  if (typeof python === 'string') {
    await remove();
    return python;
  }
  return {
    version: 'version' in python.ready ? String(python.ready.version) : '',
    async give({ name, forest, columns, rows }) {
      await writeFile(join(folder, `${name}.json`), xgboostTrees(forest, columns));
      await writeFile(join(folder, `${name}.x`), rows);
    },
    async predict({ name, columns }, threads) {
      const took = await python.request(JSON.stringify({ name, columns, threads }));
      if (!('seconds' in took)) throw new Error('XGBoost gave no time');
      const { buffer, byteOffset, byteLength } = await readFile(join(folder, `${name}.p`));
      return {
        seconds: Number(took.seconds),
        sums: new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength)),
      };
    },
    async close() {
      await python.close();
      await remove();
    },
  };
}
