import test from 'ava';
import { validity } from '../../../bench/validity/validity.js';

test('a short run keeps every promise and sees every fault', async (t) => {
  const stated: string[] = [];
  const { json, table } = await validity.run({
    seeds: undefined,
    quick: true,
    log: (text) => stated.push(text),
  });
  for (const { what, value, goal, ok } of json.checks)
    t.not(ok, false, `${what} is ${value}, wanted ${goal}`);
  t.true(json.checks.length > 40);
  t.true(stated.length >= 24);
  t.true(stated.some((text) => text.startsWith('end to end')));
  t.regex(table, /sharp, disagreement/);
});
