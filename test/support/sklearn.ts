import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test, { type TestFn } from 'ava';

/** Interpreters that have scikit-learn: the newest release, with LightGBM and XGBoost, and the oldest that is supported. */
export type SklearnVariable = 'SKLEARN_NEW' | 'SKLEARN_OLD';

/** A test beside scikit-learn itself; without the interpreter that the variable names it is left out by its name. */
export function sklearnTest(variable: SklearnVariable): TestFn | TestFn['skip'] {
  return process.env[variable] === undefined ? test.skip : test;
}

/** The repository's folder, of a source or a bundle of it. */
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a script, a path from the repository's folder, beside the Python package. @returns what it printed */
export async function runSklearn(
  variable: SklearnVariable,
  script: string,
  args: readonly string[],
): Promise<string> {
  const { stdout } = await promisify(execFile)(process.env[variable] ?? '', [join(root, script), ...args], {
    env: {
      ...process.env,
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONPATH: [join(root, 'python'), process.env.PYTHONPATH].filter(Boolean).join(delimiter),
      OMP_NUM_THREADS: '1',
    },
    maxBuffer: 2 ** 28,
  });
  return stdout;
}

/** Rows as `as_json` of `bench/peers/pipelines/rows.py` writes them: what is null in a column is NaN. */
export interface WrittenRows {
  readonly kind: 'texts' | 'array' | 'columns';
  readonly texts?: readonly string[];
  readonly names?: readonly string[];
  readonly columns?: readonly (readonly unknown[])[];
}

/** Rows as `sklearnPipeline` takes them. */
export function rowsOf({ kind, texts = [], names = [], columns = [] }: WrittenRows): unknown[] {
  if (kind === 'texts') return [...texts];
  const values = columns.map((column) => column.map((value) => value ?? Number.NaN));
  return (values[0] ?? []).map((_, row) => {
    const own = values.map((column) => column[row]);
    return kind === 'array' ? own : Object.fromEntries(names.map((name, at) => [name, own[at]]));
  });
}

export async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, 'utf8'));
}
