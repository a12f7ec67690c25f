import { execFile } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test, { type TestFn } from 'ava';
import { labelFrom } from '../../bench/pipelines/labelFrom.js';
import type { SklearnLabel, SklearnPipeline } from '../../exchange/index.js';
import { RowView } from '../../lib/features/define/index.js';
import type { TrainedModel, TrainedRegression } from '../../lib/models/full/index.js';

/** Interpreters that have scikit-learn: the newest release, with LightGBM and XGBoost, and the oldest that is supported. */
export type SklearnVariable = 'SKLEARN_NEW' | 'SKLEARN_OLD';

/** A test beside scikit-learn itself; without the interpreter that the variable names it is left out by its name. */
export function sklearnTest(variable: SklearnVariable): TestFn | TestFn['skip'] {
  return process.env[variable] === undefined ? test.skip : test;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs Python beside the package, on one thread.
 *
 * @param args of the interpreter; paths are relative to the repository
 * @returns all that it wrote
 */
export async function runSklearn(variable: SklearnVariable, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(process.env[variable] ?? '', args, {
    cwd: root,
    maxBuffer: 2 ** 28,
    env: {
      ...process.env,
      PYTHONDONTWRITEBYTECODE: '1',
      // What is written to stderr comes with the answers.
      PYTHONWARNINGS: 'ignore',
      PYTHONPATH: [join(root, 'python'), process.env.PYTHONPATH].filter(Boolean).join(delimiter),
      OMP_NUM_THREADS: '1',
    },
  });
  return stdout + stderr;
}

/** What a pipeline's model answers by its features: rows x outputs. */
export async function pipelineAnswers(
  { features, full }: SklearnPipeline<TrainedModel<SklearnLabel> | TrainedRegression>,
  rows: readonly unknown[],
): Promise<Float64Array> {
  const view = RowView.of(rows);
  const out = new Float64Array(rows.length * full.classes);
  const blocks = features.names.map((name) =>
    features.get(name).load({ json: null, tensors: {} }).compute(view),
  );
  await full.score(await Promise.all(blocks), out);
  return out;
}

/** The label of each row by a pipeline's answers, rows x outputs, as `tune` decides; none where it gives numbers. */
export function labelsOf(
  { full }: SklearnPipeline<TrainedModel<SklearnLabel> | TrainedRegression>,
  answers: Float64Array,
): SklearnLabel[] {
  if (!('labels' in full)) return [];
  const { labels, classes } = full;
  const labelOf = labelFrom(full);
  const rows = Array.from({ length: answers.length / classes }, (_, row) => row * classes);
  return rows.map((from) => labels[labelOf(answers.subarray(from, from + classes))]);
}
