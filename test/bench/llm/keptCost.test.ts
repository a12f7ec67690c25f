import test from 'ava';
import { keptCost } from '../../../bench/llm/keptCost.js';

test('a row that is asked about is measured, and takes little of the disk', async (t) => {
  const { rows, ms, recalledMs, heap, disk } = await keptCost(1_000);
  t.is(rows, 1_000);
  t.true(ms > 0 && recalledMs > 0);
  // Memory is a figure of the bench: beside other tests it isn't this one's alone.
  t.true(Number.isFinite(heap));
  t.true(disk > 100 && disk < 1_000);
});
