import test from 'ava';
import fc from 'fast-check';
import { bucketsOf, rankIn } from '../../../../lib/kernels/js/buckets.js';
import { codingOf } from '../../../../lib/kernels/quantize/coding.js';
import { byHand } from '../forests.js';

/** A forest that asks column 0 for each of these. */
function asking(thresholds: readonly number[]) {
  const nodes = 2 * thresholds.length + 1;
  const isLeaf = (node: number) => node % 2 === 1 || node === nodes - 1;
  const of = (inner: (node: number) => number, leaf: number) =>
    Array.from({ length: nodes }, (_, node) => (isLeaf(node) ? leaf : inner(node)));
  return {
    ...byHand,
    outputs: 1,
    roots: Int32Array.of(0),
    feature: Int32Array.from(of(() => 0, -1)),
    threshold: Float32Array.from(of((node) => thresholds[node / 2], 0)),
    left: Int32Array.from(of((node) => node + 1, -1)),
    right: Int32Array.from(of((node) => node + 2, -1)),
    missingLeft: new Uint8Array(nodes),
    set: new Int32Array(nodes).fill(-1),
    value: new Float64Array(nodes),
  };
}

function ranksAgree(thresholds: readonly number[], numbers: readonly number[]): boolean {
  const buckets = bucketsOf(codingOf(asking(thresholds)));
  const distinct = [...new Set(Float32Array.from(thresholds, (one) => one + 0))];
  return numbers.every(
    (number) => rankIn(buckets, 0, number) === distinct.filter((one) => one < number).length,
  );
}

const float = fc.float({ noNaN: true });

test('a rank is how many thresholds are below a number, whatever they are', (t) => {
  fc.assert(
    fc.property(fc.array(float, { minLength: 1, maxLength: 50 }), fc.array(float), (thresholds, others) => {
      t.true(ranksAgree(thresholds, [...thresholds, ...others, Number.NaN]));
    }),
  );
});

test('thresholds that crowd, or are as far apart as can be', (t) => {
  const tiny = 2 ** -149;
  const crowd = Array.from({ length: 40 }, (_, i) => i * tiny);
  const steps = Array.from({ length: 40 }, (_, i) => 1 + i * 2 ** -23);
  const { POSITIVE_INFINITY: most, NEGATIVE_INFINITY: least } = Number;
  const far = [-3.4e38, 3.4e38, least, most];
  for (const thresholds of [
    crowd,
    steps,
    far,
    [...crowd, ...steps],
    [...steps, 3e38],
    [most],
    [least, 0],
    [0],
  ]) {
    t.true(ranksAgree(thresholds, [...crowd, ...steps, ...far, -1, -0, 0.5, 2, Number.NaN]));
  }
});

test('no thresholds: everything has rank 0', (t) => {
  const buckets = bucketsOf(codingOf(asking([Number.NaN])));
  t.deepEqual(
    [-1, 0, 1, Number.NaN].map((number) => rankIn(buckets, 0, number)),
    [0, 0, 0, 0],
  );
});
