import test from 'ava';
import { denseBlock, SparseWriter } from '../../../../../lib/data/blocks/index.js';
import { ArtifactError } from '../../../../../lib/errors.js';
import { forestTensors, isInSet, loadForest, runForest } from '../../../../../lib/learn/kernels/index.js';
import type { Tensor } from '../../../../../lib/util/state.js';
import { byHand as forest } from '../forests.js';

const cases: readonly [row: readonly number[], answer: readonly number[]][] = [
  [
    [0, 0, 0],
    [1.5, 6.5],
  ],
  [
    [0.1, -2, 0],
    [1.5, 4.5],
  ],
  [
    [0.2, -3, 1],
    [10.5, 4.5],
  ],
  [
    [0.2, -1, 40],
    [10.5, 6.5],
  ],
  [
    [0.2, -1, 255],
    [10.5, 6.5],
  ],
  [
    [0.2, -1, 41],
    [100.5, 6.5],
  ],
  [
    [0.2, -1, 1.5],
    [100.5, 6.5],
  ],
  [
    [0.2, -1, -1],
    [100.5, 6.5],
  ],
  [
    [0.2, -1, 256],
    [100.5, 6.5],
  ],
  [
    [Number.NaN, Number.NaN, Number.NaN],
    [1.5, 6.5],
  ],
  [
    [0.2, Number.NaN, Number.NaN],
    [100.5, 6.5],
  ],
];

test('a forest is run as it reads', (t) => {
  const rows = cases.length;
  const out = new Float64Array(rows * 2).fill(3);
  runForest(forest, [denseBlock(rows, 3, Float32Array.from(cases.flatMap(([row]) => row)))], out);
  t.deepEqual(
    [...out],
    cases.flatMap(([, answer]) => answer),
  );
});

test('sparse blocks and dense ones are read side by side', (t) => {
  const rows = cases.length;
  const writer = new SparseWriter(rows, 2, 4);
  for (const [[a, b]] of cases) {
    if (b !== 0) writer.push(1, b);
    if (a !== 0) writer.push(0, a);
    writer.endRow();
  }
  const last = denseBlock(
    rows,
    1,
    Float32Array.from(cases, ([row]) => row[2]),
  );
  const out = new Float64Array(rows * 2);
  runForest(forest, [writer.block(), last], out);
  t.deepEqual(
    [...out],
    cases.flatMap(([, answer]) => answer),
  );
});

test('sets hold 256 categories', (t) => {
  const held = Array.from({ length: 256 }, (_, category) => category).filter((category) =>
    isInSet(forest.sets, 0, category),
  );
  t.deepEqual(held, [1, 40, 255]);
});

test('a state brings a forest back, and one that is damaged is refused', (t) => {
  const tensors = forestTensors(forest);
  t.deepEqual(loadForest('m', 2, 3, tensors), forest);
  const changed = (name: string, at: number, value: number) => {
    const { [name]: tensor } = tensors;
    const copy = tensor.slice();
    copy[at] = value;
    return { ...tensors, [name]: copy };
  };
  const damaged: readonly [state: Record<string, Tensor>, what: RegExp][] = [
    [{}, /no trees/],
    [{ ...tensors, threshold: new Float64Array(8) }, /no trees/],
    [{ ...tensors, missingLeft: new Uint8Array(7) }, /different numbers/],
    [{ ...tensors, base: new Float64Array(1) }, /not 2 outputs/],
    [{ ...tensors, roots: Int32Array.of(0) }, /not 2 outputs/],
    [changed('roots', 1, 8), /roots/],
    [changed('roots', 0, -1), /roots/],
    [changed('left', 0, 0), /node 0 without children/],
    [changed('right', 2, 1), /node 2 without children/],
    [changed('right', 5, 8), /node 5 without children/],
    [changed('feature', 2, 3), /node 2 without a column/],
    [changed('feature', 1, -2), /node 1 without/],
    [changed('set', 2, 1), /node 2 without its set/],
    [changed('set', 2, -2), /node 2 without its set/],
  ];
  for (const [state, message] of damaged) {
    t.throws(() => loadForest('m', 2, 3, state), { instanceOf: ArtifactError, message });
  }
});
