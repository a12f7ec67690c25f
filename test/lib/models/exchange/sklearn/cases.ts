import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { type SklearnPipeline, sklearnPipeline } from '../../../../../entries/exchange.js';
import { greatest } from '../../../../../lib/models/exchange/sklearn/greatest.js';
import type { TrainedModel, TrainedRegression } from '../../../../../lib/models/full/index.js';
import { pipelineAnswers } from '../../../../support/sklearn.js';

/** A pipeline, and scikit-learn's answers to some rows. */
interface Case {
  readonly name: string;
  readonly file: string;
  readonly rows: readonly (readonly number[])[];
  readonly labels: readonly (string | number | boolean)[];
  readonly answers: readonly (readonly number[])[] | null;
}

type Read = SklearnPipeline<TrainedModel<string | number | boolean> | TrainedRegression>;

/** Compares probabilities, numbers and labels with scikit-learn's, and rows alone with rows in a batch. */
export async function compareCases(t: ExecutionContext, folder: string): Promise<readonly string[]> {
  const cases: readonly Case[] = JSON.parse(await readFile(join(folder, 'cases.json'), 'utf8'));
  for (const { name, file, rows, labels, answers } of cases) {
    const read: Read = sklearnPipeline(join(folder, file));
    const { full, decision } = read;
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
    if (!('labels' in full)) continue;
    const given = rows.map((_, row) => full.labels[decided(decision, full.labels, out, row)]);
    t.deepEqual(given, labels, name);
  }
  return cases.map(({ name }) => name);
}

/** As `tune` decides. */
function decided(decision: unknown, labels: readonly unknown[], out: Float64Array, row: number): number {
  if (decision === undefined) return greatest(out, row * labels.length, labels.length);
  const { threshold } = decision as { threshold: Record<string, number> };
  const [[label, from]] = Object.entries(threshold);
  const at = labels.map(String).indexOf(label);
  return out[row * 2 + at] >= from ? at : 1 - at;
}
