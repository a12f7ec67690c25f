import { Fields } from '../../../../exchange/fields.js';
import { readRowKind } from '../../../../exchange/sklearn/rows.js';
import { type PipelineSample, readSample } from '../../../../exchange/sklearn/sample.js';
import { decode } from '../../../../lib/data/artifact/index.js';

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
