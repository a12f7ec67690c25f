import test from 'ava';
import type { Forest } from '../../../../lib/kernels/index.js';
import { codingOf } from '../../../../lib/kernels/quantize/coding.js';
import { writeCodes, writeFourRanks, writeRank } from '../../../../lib/kernels/quantize/ranks.js';

/** Column 4 is asked for 2 and -1, with missing values right, and for 2 with them left; column 1 for the set {3}. */
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

test('what is asked, worked out by hand', (t) => {
  const coding = codingOf(forest);
  t.deepEqual([...coding.columns], [1, 4]);
  // Slot 1 is the set's; 2 and 3 are column 4's, with missing values last and first.
  t.is(coding.slots, 4);
  t.deepEqual([...coding.slot], [2, 2, 3, 1, 0, 0, 0, 0, 0]);
  t.deepEqual([...coding.limit], [1, 0, 2, 0, 0, 0, 0, 0, 0]);
  t.deepEqual([...coding.thresholds], [-1, 2, Number.NaN]);
});

/**
 * Codes of slots 1, 2 and 3: the set's, where what isn't a category goes where a missing value goes, left; then ranks, with
 * missing values last, and first.
 */
const numbers: readonly [number: number, codes: readonly number[]][] = [
  [-2, [0, 0, 1]],
  [-1, [0, 0, 1]],
  [0, [1, 1, 2]],
  [2, [1, 1, 2]],
  [3, [0, 2, 3]],
  [3.5, [0, 2, 3]],
  [Number.POSITIVE_INFINITY, [0, 2, 3]],
  [Number.NaN, [0, 3, 0]],
];

test('codes of numbers', (t) => {
  const coding = codingOf(forest);
  const shown = (codes: Int32Array, from: number) =>
    [...codes.subarray(from, from + 4)].map((code) => code >> 16);
  for (const [number, [inSet, last, first]] of numbers) {
    const codes = new Int32Array(4);
    const plan = { codes, step: 1, lane: 4 };
    writeCodes(coding, 0, number, plan, 0);
    t.is(shown(codes, 0)[1], inSet, String(number));
    writeCodes(coding, 1, number, plan, 0);
    t.deepEqual(shown(codes, 0).slice(2), [last, first], String(number));
    const alone = new Int32Array(4);
    writeRank(coding, 1, number, { codes: alone, step: 1, lane: 4 }, 0);
    t.deepEqual(shown(alone, 0).slice(2), [last, first], String(number));
  }
});

test('ranks of four rows are those of each alone', (t) => {
  const coding = codingOf(forest);
  for (let i = 0; i < numbers.length; i += 4) {
    const four = numbers.slice(i, i + 4);
    const codes = new Int32Array(16);
    const rows = Float32Array.from(four, ([number]) => number);
    writeFourRanks(coding, 1, 2, rows, 0, 8, { codes, step: 1, lane: 4 }, 0);
    four.forEach(([, [, last, first]], lane) => {
      t.deepEqual([codes[4 * lane + 2] >> 16, codes[4 * lane + 3] >> 16], [last, first]);
    });
  }
});
