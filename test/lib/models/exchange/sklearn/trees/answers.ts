import { decode } from '../../../../../../lib/data/artifact/index.js';
import type { Block } from '../../../../../../lib/data/blocks/index.js';
import { RowView } from '../../../../../../lib/features/define/index.js';
import { Fields } from '../../../../../../lib/models/exchange/fields.js';
import { sklearnPipeline } from '../../../../../../lib/models/exchange/index.js';
import { readRowKind } from '../../../../../../lib/models/exchange/sklearn/rows.js';
import { type PipelineSample, readSample } from '../../../../../../lib/models/exchange/sklearn/sample.js';

/** What a file answers to rows, by its features and its model: rows x outputs, and the likeliest label of each. */
export interface Answers {
  readonly numbers: Float64Array;
  readonly labels: readonly unknown[];
}

/** @returns a function of the rows, and of how many are answered at a time */
export async function answering(
  file: Uint8Array,
): Promise<(rows: readonly unknown[], batch?: number) => Promise<Answers>> {
  const { features, full } = sklearnPipeline(file);
  const fitted = await Promise.all(features.names.map((name) => features.get(name).fit(RowView.of([]))));
  const { classes } = full;
  const labels = 'labels' in full ? full.labels : [];
  return async (rows, batch = rows.length) => {
    const numbers = new Float64Array(rows.length * classes);
    for (let from = 0; from < rows.length; from += batch) {
      const view = RowView.of(rows.slice(from, from + batch));
      const blocks: Block[] = await Promise.all(fitted.map((each) => each.compute(view)));
      await full.score(blocks, numbers.subarray(from * classes));
    }
    const likeliest = Array.from({ length: rows.length }, (_, row) => {
      const own = numbers.subarray(row * classes, (row + 1) * classes);
      return labels[own.indexOf(Math.max(...own))];
    });
    return { numbers, labels: labels.length === 0 ? [] : likeliest };
  };
}

/** The sample of a file: rows, and scikit-learn's answers. */
export function sampleIn(file: Uint8Array): PipelineSample {
  const { json, tensors } = decode(file);
  const fields = Fields.of('pipeline', json);
  const kind = readRowKind(fields.get('rows'));
  const sample = readSample(fields, new Map(Object.entries(tensors)), kind);
  if (sample === undefined) throw new Error('it has no sample');
  return sample;
}

/** The largest difference of numbers, relative to the larger of 1 and their size. */
export function difference(own: Float64Array, expected: ArrayLike<number>): number {
  if (own.length !== expected.length) return Number.POSITIVE_INFINITY;
  return own.reduce(
    (most, number, i) => Math.max(most, Math.abs(number - expected[i]) / Math.max(1, Math.abs(expected[i]))),
    0,
  );
}
