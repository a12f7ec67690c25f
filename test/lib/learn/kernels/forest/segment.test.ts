import test from 'ava';
import fc from 'fast-check';
import {
  forestKernel,
  prefix,
  roundsOf,
  runForest,
  segment,
} from '../../../../../lib/learn/kernels/index.js';
import { anyForest, anyRows } from '../forests.js';

test('segments added one after the other are the forest, bit for bit, by every kernel', (t) => {
  const arbitrary = fc.record({
    seed: fc.nat(),
    outputs: fc.integer({ min: 1, max: 3 }),
    rounds: fc.integer({ min: 1, max: 12 }),
    cuts: fc.array(fc.nat(12), { maxLength: 3 }),
    kernel: fc.constantFrom('wasm', 'js', 'reference'),
  });
  fc.assert(
    fc.property(arbitrary, ({ seed, outputs, rounds, cuts, kernel }) => {
      const forest = anyForest(seed, rounds * outputs, outputs);
      const block = anyRows(seed, 67);
      const sums = new Float64Array(67 * outputs);
      runForest(prefix(forest, 0), [block], sums);
      const expected = new Float64Array(sums.length);
      const marks = [0, ...cuts.map((cut) => Math.min(cut, rounds)).sort((a, b) => a - b), rounds];
      for (let m = 1; m < marks.length; m++) {
        const part = segment(forest, marks[m - 1] * outputs, marks[m] * outputs);
        forestKernel(part, [block.columns], kernel).add([block], sums);
        runForest(prefix(forest, marks[m] * outputs), [block], expected);
        t.deepEqual(sums, expected);
      }
    }),
    { numRuns: 60 },
  );
});

test('a segment holds the nodes of its own trees only', (t) => {
  const forest = anyForest(3, 6, 1);
  const parts = [segment(forest, 0, 2), segment(forest, 2, 5), segment(forest, 5, 6)];
  const nodes = parts.reduce((sum, part) => sum + part.feature.length, 0);
  // Those of the first are a view, in which others may lie between.
  t.true(nodes >= forest.feature.length);
  t.is(parts[1].roots.length, 3);
  const reached = new Set(parts[1].roots);
  parts[1].feature.forEach((feature, node) => {
    if (feature !== -1) for (const child of [parts[1].left[node], parts[1].right[node]]) reached.add(child);
  });
  t.is(reached.size, parts[1].feature.length);
});

test('of ranges asked for by hand, kernels of the last ones only are kept, and sums are the same', (t) => {
  const forest = anyForest(8, 80, 1);
  const block = anyRows(8, 3);
  let made = 0;
  const rounds = roundsOf(forest, (part, widths) => {
    made++;
    return forestKernel(part, widths, 'reference').add;
  });
  const expected = new Float64Array(3);
  runForest(forest, [block], expected);
  for (let pass = 1; pass <= 2; pass++) {
    const sums = new Float64Array(3);
    rounds.begin(3, sums);
    for (let from = 0; from < 80; from++) rounds.advance([block], sums, from, from + 1);
    t.deepEqual(sums, expected);
    t.is(made, 80 * pass, 'each had gone before it was asked for again');
  }
  rounds.advance([block], new Float64Array(3), 79, 80);
  t.is(made, 160, 'the last one is there');
});
