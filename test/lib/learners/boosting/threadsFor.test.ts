import { availableParallelism } from 'node:os';
import test from 'ava';
import { denseBlock } from '../../../../lib/blocks/index.js';
import { squaredLoss } from '../../../../lib/learners/boosting/losses/index.js';
import { checkOptions } from '../../../../lib/learners/boosting/options.js';
import { threadsFor } from '../../../../lib/learners/boosting/threads.js';
import { problem, sparseOf } from './problem.js';

const { block } = problem(1_000);
const loss = squaredLoss(new Float64Array(1_000));

test('a number is taken at its word', (t) => {
  const set = { blocks: [block], rows: 1_000, classes: 1, labels: new Int32Array(0) };
  t.is(threadsFor(set, loss, checkOptions({ threads: 3 })), 3);
  t.is(threadsFor(set, loss, checkOptions({ threads: 1, rounds: 1e9 })), 1);
});

test('by themselves only fits with many dense numbers to read get threads', (t) => {
  const set = { blocks: [block], rows: 1_000, classes: 1, labels: new Int32Array(0) };
  const all = availableParallelism();
  t.is(threadsFor(set, loss, checkOptions({ rounds: 100 })), 1);
  t.is(threadsFor(set, loss, checkOptions({ rounds: 100_000 })), all);
  t.is(threadsFor(set, loss, checkOptions({ rounds: 100_000, rowSample: 0.1 })), 1);
  t.is(threadsFor(set, { ...loss, outputs: 10 }, checkOptions({ rounds: 10_000 })), all);
  const sparse = { ...set, blocks: [sparseOf(block)] };
  t.is(threadsFor(sparse, loss, checkOptions({ rounds: 100_000 })), 1);
  t.is(
    threadsFor({ ...set, blocks: [denseBlock(1_000, 0, new Float32Array(0))] }, loss, checkOptions({})),
    1,
  );
});
