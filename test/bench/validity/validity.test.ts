import test from 'ava';
import { validity } from '../../../bench/validity/validity.js';
import { atLength } from '../../support/atLength.js';

/** What takes least of each kind: a world, a procedure's fault, and scenarios. Parts of names. */
const SOON = [
  'sharp, disagreement',
  'no stop',
  'rows to tune on',
  'foreseen',
  'a detector certified by images',
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
  t.true(json.checks.length > atLength(SOON.length, 40));
  t.true(stated.length >= atLength(SOON.length, 24));
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
