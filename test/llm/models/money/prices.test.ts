import test from 'ava';
import { batchShareOf, moneyOf, mostTokens, priceTable } from '../../../../llm/models/money/index.js';

const list = { input: 2, cached: 1, output: 8, currency: 'USD' };
const usage = { input: 1_000, cached: 400, output: 50 };

test('what tokens cost, by hand', (t) => {
  const near = (table: ReturnType<typeof priceTable>, expected: number, isBatch?: boolean) =>
    t.true(table !== undefined && Math.abs(moneyOf(table, usage, isBatch) - expected) < 1e-12);
  // 600 at 2, 400 at 1, 50 at 8 a million.
  near(priceTable(list), 2e-3);
  near(priceTable({ input: 2, output: 8 }), 2.4e-3);
  near(priceTable(list), 2e-3, true);
  near(priceTable({ ...list, batch: 0.5 }), 1e-3, true);
  near(priceTable({ ...list, batch: { input: 1, output: 4 } }), 1.2e-3, true);
  near(priceTable('free'), 0);
  t.is(priceTable(undefined), undefined);
});

test('what a batch is charged of the live price: as the table says, else half, or all where it goes by batch', (t) => {
  const shares = (prices: Parameters<typeof priceTable>[0]) =>
    [false, true].map((isUsed) => batchShareOf(priceTable(prices), isUsed));
  t.deepEqual(shares({ ...list, batch: 0.4 }), [0.4, 0.4]);
  t.deepEqual(shares({ ...list, batch: { input: 1.5, output: 4 } }), [0.75, 0.75]);
  t.deepEqual(shares(list), [0.5, 1]);
  t.deepEqual(shares('free'), [0.5, 1]);
  t.deepEqual(shares(undefined), [0.5, 0.5]);
});

test('a prompt has no more tokens than bytes', (t) => {
  const messages = [{ role: 'user' as const, content: 'é'.repeat(100) }];
  t.is(mostTokens(messages), 200 + 30);
  t.is(
    mostTokens(messages, () => 7),
    7,
  );
});
