import test from 'ava';
import { crossFit, crossScores, fitOn } from '../../../cascades/training/crossfit.js';
import { denseBlock } from '../../../lib/data/blocks/index.js';
import type { Learner, Model } from '../../../lib/learn/learners/index.js';

test('models that score rows held out are as exact as comparisons need, others as exact as asked', async (t) => {
  const fitted: string[] = [];
  const model: Model = { name: 'half', classes: 2, score: (_, out) => void out.fill(0.5) };
  const making = (kind: string): Learner => ({
    name: 'half',
    work: () => 1,
    fit() {
      fitted.push(kind);
      return model;
    },
  });
  const learner: Learner = { ...making('exact'), rough: () => making('rough') };
  const block = denseBlock(4, 1, Float32Array.of(1, 2, 3, 4));
  const halves = [Int32Array.of(0, 1), Int32Array.of(2, 3)];
  const rounds = halves.map((fit, half) => {
    const score = halves[1 - half];
    return { fit, score, blocks: { fit: [{ block, rows: fit }], score: [{ block, rows: score }] } };
  });
  const targets = { truth: Float64Array.of(0, 1, 0, 1), width: 2 };
  const reads = { positions: [0], features: ['x'] };

  const held = await crossFit(learner, reads, targets, rounds, { seed: 1 });
  t.deepEqual(
    held.map(({ rows }) => [...rows]),
    [
      [2, 3],
      [0, 1],
    ],
  );
  const [scores] = await crossScores(learner, reads, targets, rounds, { seed: 1 }, undefined, [null], 4);
  t.deepEqual([...scores], new Array(8).fill(0.5));
  t.deepEqual(fitted, ['rough', 'rough', 'rough', 'rough']);

  await fitOn(learner, ['x'], [{ block, rows: halves[0] }], targets, halves[0], { seed: 1 });
  t.deepEqual(fitted.slice(4), ['exact']);
});
