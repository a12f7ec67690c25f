import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { sklearnPipeline } from '../../../entries/exchange.js';
import { labelsOf, pipelineAnswers } from '../../support/sklearn.js';

/** A pipeline, and scikit-learn's answers to some rows. */
interface Case {
  readonly name: string;
  readonly file: string;
  readonly rows: readonly (readonly number[])[];
  readonly labels: readonly (string | number | boolean)[];
  readonly answers: readonly (readonly number[])[] | null;
}

/** Compares probabilities, numbers and labels with scikit-learn's, and rows alone with rows in a batch. */
export async function compareCases(t: ExecutionContext, folder: string): Promise<readonly string[]> {
  const cases: readonly Case[] = JSON.parse(await readFile(join(folder, 'cases.json'), 'utf8'));
  for (const { name, file, rows, labels, answers } of cases) {
    const read = sklearnPipeline(join(folder, file));
    const { full } = read;
    const width = full.classes;
    const out = await pipelineAnswers(read, rows);
    const alone = await Promise.all(rows.slice(0, 3).map((row) => pipelineAnswers(read, [row])));
    t.deepEqual(
      alone.flatMap((one) => [...one]),
      [...out.subarray(0, 3 * width)],
      name,
    );
    const expected = 'labels' in full ? (answers?.flat() ?? []) : labels.map(Number);
    expected.forEach((each, i) => {
      const off = Math.abs(out[i] - each) / Math.max(1, Math.abs(each));
      if (!(off < 1e-11)) t.fail(`${name}: number ${i} is ${out[i]}, not ${each}`);
    });
    if ('labels' in full) t.deepEqual(labelsOf(read, out), labels, name);
  }
  return cases.map(({ name }) => name);
}
