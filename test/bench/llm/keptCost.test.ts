import test from 'ava';
import { keptCost } from '../../../bench/llm/keptCost.js';

test('a row that is asked about takes little of memory and disk', async (t) => {
  const { rows, ms, recalledMs, heap, disk } = await keptCost(1_000);
  t.is(rows, 1_000);
  t.true(ms > 0 && recalledMs > 0);
  t.true(disk > 100 && disk + heap < 2_000);
});
