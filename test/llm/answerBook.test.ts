import test from 'ava';
import { PriceLimitError } from '../../lib/errors.js';
import { random } from '../../lib/stats/index.js';
import { AnswerBook } from '../../llm/answerBook.js';
import { RowBudget } from '../../llm/rowBudget.js';
import { modelOf, titleTable } from './world.js';

test('where one of two rounds ahead ends, what the other pays is counted all the same', async (t) => {
  const table = titleTable(60, 1);
  const { calls, full } = modelOf(table, (row) => table.truth[row]);
  let spent = 0;
  const paying = {
    ...full,
    readAhead: async (rows: readonly unknown[], { ask = 0 }: { readonly ask?: number } = {}) => {
      if (ask === 0) throw new PriceLimitError(1, 2, 'spent', 'enough');
      await new Promise((resolve) => setTimeout(resolve, 20));
      spent += rows.length;
    },
  };
  const payments = { account: () => ({ spent, mean: 1 }) };
  const budget = new RowBudget(payments, 0, undefined, { isUsed: true, share: 0.5 });
  const book = new AnswerBook(table.rows, paying, { kind: 'argmax' }, (row) => row, budget);
  await t.throwsAsync(book.askTwice([...table.rows.keys()], random(1)), { message: /enough/ });
  t.is(spent, 60);
  t.is(budget.spent, 60);
  t.is(calls.length, 0);
});

test('of two answers one that can be read is another than none, and none is like none', async (t) => {
  const table = titleTable(4, 1);
  const [a, b] = table.labels;
  const said = [
    [a, a],
    [a, b],
    [undefined, undefined],
    [a, undefined],
  ];
  const { full } = modelOf(table, (row, ask) => said[row][ask]);
  const budget = new RowBudget(undefined, 0, undefined, { isUsed: false, share: 0.5 });
  const book = new AnswerBook(table.rows, full, { kind: 'argmax' }, (row) => row, budget);
  await book.askTwice([0, 1, 2, 3], random(1));
  t.deepEqual(
    [0, 1, 2, 3].map((row) => book.hasFlipped(row)),
    [false, true, false, true],
  );
});
