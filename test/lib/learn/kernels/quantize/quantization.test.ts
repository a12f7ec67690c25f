import test from 'ava';
import fc from 'fast-check';
import type { Forest } from '../../../../../lib/learn/kernels/index.js';
import { quantizationOf } from '../../../../../lib/learn/kernels/quantize/quantization.js';
import { rankOf, writeCodes } from '../../../../../lib/learn/kernels/quantize/ranks.js';

/** Nodes compare column 4 with 2 and -1, missing values right, and with 2, missing values left; column 1 has the set {3}. */
const forest: Forest = {
  outputs: 1,
  base: new Float64Array(1),
  roots: Int32Array.of(0),
  feature: Int32Array.of(4, 4, 4, 1, -1, -1, -1, -1, -1),
  threshold: Float32Array.of(2, -1, 2, 0, 0, 0, 0, 0, 0),
  left: Int32Array.of(1, 3, 5, 7, -1, -1, -1, -1, -1),
  right: Int32Array.of(2, 4, 6, 8, -1, -1, -1, -1, -1),
  missingLeft: Uint8Array.of(0, 0, 1, 1, 0, 0, 0, 0, 0),
  set: Int32Array.of(-1, -1, -1, 0, -1, -1, -1, -1, -1),
  sets: Uint32Array.of(8, 0, 0, 0, 0, 0, 0, 0),
  value: new Float64Array(9),
};

test('columns, slots, limits and thresholds, worked out by hand', (t) => {
  const quantization = quantizationOf(forest);
  t.deepEqual([...quantization.columns], [1, 4]);
  // Slot 1 is the set's; 2 and 3 are column 4's, with missing values last and first.
  t.is(quantization.slots, 4);
  t.deepEqual([...quantization.slot], [2, 2, 3, 1, 0, 0, 0, 0, 0]);
  t.deepEqual([...quantization.limit], [1, 0, 2, 0, 0, 0, 0, 0, 0]);
  t.deepEqual([...quantization.thresholds], [-1, 2, Number.NaN]);
});

/**
 * Codes of slots 1, 2 and 3: the set's, where what isn't a category goes where a missing value goes, left; then ranks, with
 * missing values last, and first.
 */
const values: readonly [value: number, codes: readonly number[]][] = [
  [-2, [0, 0, 1]],
  [-1, [0, 0, 1]],
  [0, [1, 1, 2]],
  [2, [1, 1, 2]],
  [3, [0, 2, 3]],
  [3.5, [0, 2, 3]],
  [Number.POSITIVE_INFINITY, [0, 2, 3]],
  [Number.NaN, [0, 3, 0]],
];

test('codes of values', (t) => {
  const quantization = quantizationOf(forest);
  for (const [value, expected] of values) {
    const codes = new Int32Array(4);
    const plan = { codes, step: 1, lane: 4 };
    for (const c of [0, 1]) writeCodes(quantization, c, value, plan, 0);
    t.deepEqual(
      [...codes.subarray(1)].map((code) => code >> 16),
      expected,
      String(value),
    );
  }
});

/** A chain of nodes that compare column 0 with each of these. */
function chainOf(thresholds: readonly number[]): Forest {
  const nodes = 2 * thresholds.length + 1;
  const of = (inner: (node: number) => number, leaf: number) =>
    Array.from({ length: nodes }, (_, node) => (node % 2 === 1 || node === nodes - 1 ? leaf : inner(node)));
  return {
    outputs: 1,
    base: new Float64Array(1),
    roots: Int32Array.of(0),
    feature: Int32Array.from(of(() => 0, -1)),
    threshold: Float32Array.from(of((node) => thresholds[node / 2], 0)),
    left: Int32Array.from(of((node) => node + 1, -1)),
    right: Int32Array.from(of((node) => node + 2, -1)),
    missingLeft: new Uint8Array(nodes),
    set: new Int32Array(nodes).fill(-1),
    sets: new Uint32Array(0),
    value: new Float64Array(nodes),
  };
}

function ranksAgree(thresholds: readonly number[], others: readonly number[]): boolean {
  const quantization = quantizationOf(chainOf(thresholds));
  const distinct = [...new Set(Float32Array.from(thresholds, (one) => one + 0))];
  return others.every(
    (value) => rankOf(quantization, 0, value) === distinct.filter((one) => one < value).length,
  );
}

test('a rank is how many thresholds are below a value, whatever they are', (t) => {
  const float = fc.float({ noNaN: true });
  fc.assert(
    fc.property(fc.array(float, { minLength: 1, maxLength: 50 }), fc.array(float), (thresholds, others) => {
      t.true(ranksAgree(thresholds, [...thresholds, ...others, Number.NaN]));
    }),
  );
  const tiny = 2 ** -149;
  const { POSITIVE_INFINITY: most, NEGATIVE_INFINITY: least } = Number;
  t.true(ranksAgree([least, -tiny, 0, tiny, most], [least, -1, -tiny, -0, 0, tiny, 1, most, Number.NaN]));
});
