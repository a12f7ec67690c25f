import test from 'ava';
import { ownCost } from '../../../bench/llm/ownCost.js';

test('a row that is asked about takes little of memory and disk', async (t) => {
  const { rows, ms, recalledMs, heap, disk } = await ownCost(1_000);
  t.is(rows, 1_000);
  t.true(ms > 0 && recalledMs > 0);
  t.true(disk > 100 && disk + heap < 2_000);
});
