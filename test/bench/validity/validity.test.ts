import test from 'ava';
import { validity } from '../../../bench/validity/validity.js';
import { atLength } from '../../support/atLength.js';

/** Where a fault shows in few trials: parts of names. */
const SOON = [
  'sharp',
  'delta doubled',
  'path chosen',
  'no stop',
  'audit',
  'served as it was certified',
  'rows to tune on',
  'foreseen',
  'a detector',
];

test('a short run keeps every promise and sees every fault', async (t) => {
  const stated: string[] = [];
  const { json, table } = await validity.run({
    seeds: undefined,
    quick: true,
    cases: atLength<readonly string[] | undefined>(SOON, undefined),
    log: (text) => stated.push(text),
  });
  for (const { what, value, goal, ok } of json.checks)
    t.not(ok, false, `${what} is ${value}, wanted ${goal}`);
  t.true(json.checks.length > atLength(25, 40));
  t.true(stated.length >= atLength(18, 24));
  t.is(
    stated.some((text) => text.startsWith('end to end')),
    atLength(false, true),
  );
  t.regex(table, /sharp, disagreement/);
  const ran = stated.filter((text) => text.includes(' broken'));
  for (const part of SOON)
    t.truthy(
      ran.find((text) => text.includes(part)),
      `nothing is named so: ${part}`,
    );
});
