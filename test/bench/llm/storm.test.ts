import test from 'ava';
import { storm } from '../../../bench/llm/storm.js';

test('in a storm no row is lost, none is answered twice, and no money is missed', async (t) => {
  const { charged, answers, budgetStops, failures, ...figures } = await storm({
    rows: 120,
    kills: 5,
    log: (text) => t.log(text),
  });
  t.deepEqual(figures, {
    rows: 120,
    kills: 5,
    lost: 0,
    answeredTwice: 0,
    askedAgain: 0,
    uncounted: 0,
    unexplained: 0,
    moneyMissed: 0,
    moneyOver: 0,
  });
  t.true(budgetStops >= 1);
  // Rows, those asked on purpose again, and those that couldn't be parsed.
  t.true(answers >= 150 && charged >= answers);
  t.log({ charged, answers, failures });
});
