import test from 'ava';
import { rankBlocks, rankPruned } from '../../../cascades/topk/pruned.js';
import { dense, denseBlock, gradientBoosting } from '../../../index.js';
import { RowView } from '../../../lib/features/index.js';
import { candidatesOf, planPruning, prunedTopK, trees } from '../../../lib/pruning/index.js';
import { random } from '../../../lib/stats/index.js';

test('bounds are tested as they are served: candidates in sections', async (t) => {
  const draw = random(1);
  const rows = Array.from({ length: 40_000 }, () => Array.from({ length: 4 }, () => draw.normal()));
  const values = Float64Array.from(rows, ([a, b, c, d]) => 2 * a + Math.sin(3 * b) + c * d);
  const block = denseBlock(rows.length, 4, Float32Array.from(rows.flat()));
  const known = 2_000;
  const model = await gradientBoosting({ loss: 'squared', rounds: 80, maxLeaves: 8 }).fit(
    {
      blocks: [denseBlock(known, 4, block.values.subarray(0, 4 * known))],
      rows: known,
      classes: 1,
      labels: new Int32Array(0),
      values: values.slice(0, known),
    },
    { seed: 1 },
  );
  const k = 20;
  const additive = trees(model);
  const pruning = await planPruning(additive, candidatesOf([block]), { k, of: rows.length, share: 0.05 });
  t.true(pruning.cuts.length > 0);
  const feature = dense(4, (all: readonly number[][]) => Float32Array.from(all.flat()));
  const fitted = await feature.fit(RowView.of<number[]>([]));
  const engine = { features: [{ name: 'numbers', fitted }], additive, pruning, readsAll: true };
  const request = { k, of: -1, filter: undefined, signal: undefined, interrupt: undefined };
  const served = await rankPruned(engine, rows, request);
  const tested = await rankBlocks(engine, [block], Int32Array.from(rows.keys()), k);
  t.deepEqual(tested.best.best(), served.best.best());
  t.deepEqual(tested.reached, served.reached);
  const together = await prunedTopK(additive, candidatesOf([block]), k, pruning);
  t.notDeepEqual(together.left, served.reached.slice(1), 'ranked all together other candidates are left');
});
