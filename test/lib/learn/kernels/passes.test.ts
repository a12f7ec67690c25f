import test from 'ava';
import fc from 'fast-check';
import { denseBlock, SparseWriter } from '../../../../lib/data/blocks/index.js';
import { type Forest, type Passes, passesOf } from '../../../../lib/learn/kernels/index.js';
import { recoded } from '../../../../lib/learn/kernels/recoded.js';
import { keptCodes } from '../../../../lib/learn/kernels/wasm/incrementalCodes.js';
import { anyForest, anyRows, byHand, run } from './forests.js';

/** Sums of rows that are dropped now and then between passes, and which rows are left in the end. */
function inPasses(passes: Passes, forest: Forest, seed: number, rows: number, cuts: readonly number[]) {
  const blocks = [anyRows(seed, rows)];
  let pass = passes(blocks);
  let left = Int32Array.from({ length: rows }, (_, row) => row);
  let sums = new Float64Array(rows).fill(forest.base[0]);
  let at = 0;
  for (const cut of cuts) {
    pass.add(sums, at, cut);
    at = cut;
    const places = Int32Array.from(left.keys()).filter((place) => (left[place] * 7 + cut) % 3 !== 0);
    pass = pass.only(places);
    left = places.map((place) => left[place]);
    sums = Float64Array.from(places, (place) => sums[place]);
  }
  pass.add(sums, at, forest.roots.length);
  return { left, sums };
}

test('whatever rows are left for later passes, their sums are those of all trees, bit for bit', (t) => {
  let kept = 0;
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 12 }),
      fc.uniqueArray(fc.integer({ min: 0, max: 12 }), { maxLength: 4 }),
      (seed, rows, trees, places) => {
        const forest = anyForest(seed, trees, 1);
        const cuts = places.filter((cut) => cut <= trees).sort((a, b) => a - b);
        const whole = run(forest, anyRows(seed, rows));
        for (const passes of [passesOf(forest, [4]), recoded(forest)]) {
          const { left, sums } = inPasses(passes, forest, seed, rows, cuts);
          t.deepEqual(
            sums,
            Float64Array.from(left, (row) => whole[row]),
          );
        }
        if (keptCodes(forest, [4])) kept++;
      },
    ),
  );
  t.true(kept > 80, `${kept} forests were run on codes that were kept`);
});

test('two batches of rows do not disturb each other', (t) => {
  const forest = anyForest(3, 9, 1);
  const passes = passesOf(forest, [4]);
  const batches = [anyRows(1, 100), anyRows(2, 130)].map((block) => ({
    block,
    pass: passes([block]),
    sums: new Float64Array(block.rows).fill(forest.base[0]),
  }));
  for (const [from, to] of [
    [0, 4],
    [4, 9],
  ]) {
    for (const { pass, sums } of batches) pass.add(sums, from, to);
  }
  for (const { block, sums } of batches) t.deepEqual(sums, run(forest, block));
});

test('several blocks, and sparse ones, no rows and no trees', (t) => {
  const forest = anyForest(5, 8, 1);
  const { values } = anyRows(4, 90);
  const half = (from: number) =>
    denseBlock(
      90,
      2,
      Float32Array.from({ length: 180 }, (_, i) => values[4 * (i >> 1) + from + (i % 2)]),
    );
  const writer = new SparseWriter(90, 2, 180);
  for (let row = 0; row < 90; row++) {
    writer.push(0, values[4 * row + 2]);
    writer.push(1, values[4 * row + 3]);
    writer.endRow();
  }
  const whole = run(forest, anyRows(4, 90));
  for (const second of [half(2), writer.block()]) {
    const sums = new Float64Array(90).fill(forest.base[0]);
    const pass = passesOf(forest, [2, 2])([half(0), second]);
    pass.add(sums, 0, 3);
    pass.add(sums, 3, 3);
    pass.add(sums, 3, 8);
    t.deepEqual(sums, whole);
  }
  const none = passesOf(forest, [4])([denseBlock(0, 4, new Float32Array(0))]);
  none.add(new Float64Array(0), 0, 8);
  none.only(new Int32Array(0)).add(new Float64Array(0), 0, 8);
  t.is(keptCodes(byHand, [4]), undefined);
});

test('many thresholds, close to each other and far apart, and numbers on, between and beyond them', (t) => {
  const trees = 250;
  const spreads: ((i: number) => number)[] = [
    (i) => Math.exp(i / 8) - 1e5,
    (i) => Math.fround(1 + i * 2 ** -23),
    (i) => (i < 200 ? i * 1e-30 : i * 1e30),
    (i) => (i === 0 ? Number.NEGATIVE_INFINITY : i === 249 ? Number.POSITIVE_INFINITY : i - 100),
    () => 7,
  ];
  for (const spread of spreads) {
    const thresholds = Float32Array.from({ length: trees }, (_, i) => spread(i));
    const node = <T extends Int32Array | Uint8Array | Float32Array | Float64Array>(
      array: T,
      of: (tree: number, part: number) => number,
    ): T => {
      for (let i = 0; i < 3 * trees; i++) array[i] = of(Math.trunc(i / 3), i % 3);
      return array;
    };
    const forest: Forest = {
      outputs: 1,
      base: Float64Array.of(0.1),
      roots: Int32Array.from({ length: trees }, (_, i) => 3 * i),
      feature: node(new Int32Array(3 * trees), (_, part) => (part === 0 ? 0 : -1)),
      threshold: node(new Float32Array(3 * trees), (tree) => thresholds[tree]),
      left: node(new Int32Array(3 * trees), (tree, part) => (part === 0 ? 3 * tree + 1 : -1)),
      right: node(new Int32Array(3 * trees), (tree, part) => (part === 0 ? 3 * tree + 2 : -1)),
      missingLeft: node(new Uint8Array(3 * trees), (tree) => tree % 2),
      set: node(new Int32Array(3 * trees), () => -1),
      sets: new Uint32Array(0),
      value: node(new Float64Array(3 * trees), (tree, part) => (part === 0 ? 0 : part * 1.1 ** (tree % 50))),
    };
    const around = Array.from(thresholds, (one) => [
      one,
      one * (1 + 2 ** -22),
      one * (1 - 2 ** -22),
      one + 0.3,
    ]);
    const values = Float32Array.from([
      ...around.flat(),
      ...[Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, -0, 0, 3e38, -3e38],
    ]);
    const block = denseBlock(values.length, 1, values);
    const passes = keptCodes(forest, [1]);
    t.not(passes, undefined);
    const sums = new Float64Array(values.length).fill(0.1);
    passes?.([block])?.add(sums, 0, trees);
    t.deepEqual(sums, run(forest, block));
  }
});
