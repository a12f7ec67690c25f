import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { denseBlock } from '../../../../../lib/data/blocks/index.js';
import { type Forest, prefix, remaining } from '../../../../../lib/learn/kernels/index.js';
import { near } from '../../../../support/near.js';
import { anyForest, anyRows, byHand, run } from '../forests.js';

function close(t: ExecutionContext, found: Float64Array, expected: readonly number[]): void {
  t.is(found.length, expected.length);
  expected.forEach((value, i) => {
    near(t, found[i], value, 1e-13, 1e-13);
  });
}

/** Three trees of one output: a leaf alone, a division, and another. */
const three: Forest = {
  ...byHand,
  outputs: 1,
  base: Float64Array.of(0),
  roots: Int32Array.of(0, 1, 4),
  feature: Int32Array.of(-1, 0, -1, -1, 1, -1, -1),
  threshold: new Float32Array(7),
  left: Int32Array.of(-1, 2, -1, -1, 5, -1, -1),
  right: Int32Array.of(-1, 3, -1, -1, 6, -1, -1),
  missingLeft: new Uint8Array(7),
  set: new Int32Array(7).fill(-1),
  sets: new Uint32Array(0),
  value: Float64Array.of(-3, 0, 0.5, -0.25, 0, 2, 4),
};

test('what is left is the sum of each tree’s least and greatest leaf', (t) => {
  const { least, most } = remaining(three);
  close(t, least, [-1.25, 1.75, 2, 0]);
  close(t, most, [1.5, 4.5, 4, 0]);
});

test('each output has its own trees', (t) => {
  const { least, most } = remaining(byHand);
  close(t, least, [1, 5, 0, 5, 0, 0]);
  close(t, most, [100, 7, 0, 7, 0, 0]);
  t.is(least[2], 0);
  t.is(most[2], 0);
});

test('the bounds are attained', (t) => {
  const { least, most } = remaining(three);
  const rows = denseBlock(2, 2, Float32Array.of(1, -1, -1, 1));
  for (let cut = 0; cut <= 3; cut++) {
    const begun = run(prefix(three, cut), rows);
    const ended = run(three, rows);
    near(t, ended[0] - begun[0], least[cut], 1e-13, 1e-13);
    near(t, ended[1] - begun[1], most[cut], 1e-13, 1e-13);
  }
});

const forests = fc.record({
  seed: fc.nat(),
  outputs: fc.integer({ min: 1, max: 3 }),
  rounds: fc.integer({ min: 1, max: 12 }),
});

test('no row leaves the bounds, rounding included', (t) => {
  fc.assert(
    fc.property(forests, ({ seed, outputs, rounds }) => {
      const forest = anyForest(seed, rounds * outputs, outputs);
      const block = anyRows(seed + 1, 20);
      const { least, most } = remaining(forest);
      const ended = run(forest, block);
      for (let cut = 0; cut <= forest.roots.length; cut++) {
        const begun = run(prefix(forest, cut), block);
        for (let i = 0; i < ended.length; i++) {
          const at = cut * outputs + (i % outputs);
          t.true(begun[i] + least[at] <= ended[i] && ended[i] <= begun[i] + most[at]);
        }
      }
      t.deepEqual([...least.slice(-outputs), ...most.slice(-outputs)], new Array(2 * outputs).fill(0));
    }),
  );
});

test('a decision that no remaining tree can change stays', (t) => {
  let settled = 0;
  for (let seed = 0; seed < 50; seed++) {
    const forest = anyForest(seed, 12, 1);
    const block = anyRows(seed, 20);
    const { least, most } = remaining(forest);
    const ended = run(forest, block);
    for (let cut = 0; cut <= 12; cut++) {
      run(prefix(forest, cut), block).forEach((margin, row) => {
        if (margin + least[cut] <= 0 && margin + most[cut] >= 0) return;
        settled++;
        t.is(Math.sign(ended[row]), Math.sign(margin + least[cut]));
      });
    }
  }
  t.true(settled > 1000, `${settled} settled`);
});

test('a class that begins at -Infinity has bounds like any other', (t) => {
  const { least, most } = remaining({ ...three, base: Float64Array.of(Number.NEGATIVE_INFINITY) });
  close(t, least, [-1.25, 1.75, 2, 0]);
  close(t, most, [1.5, 4.5, 4, 0]);
});

test('a forest without trees has nothing left', (t) => {
  const { least, most } = remaining(prefix(byHand, 0));
  t.deepEqual([least, most], [new Float64Array(2), new Float64Array(2)]);
});
