import test from 'ava';
import { rowIdentity } from '../../../cascades/plan/index.js';

const entries: [unknown, unknown][] = [
  ['a', new Set([1, { b: 2 }])],
  [{ c: 3 }, [4]],
];

test('maps and sets with the same contents have one identity, in any order', (t) => {
  const other = new Map([entries[1], ['a', new Set([{ b: 2 }, 1])]]);
  t.regex(rowIdentity(new Map(entries)) ?? '', /^[0-9a-f]{32}$/);
  t.is(rowIdentity({ of: new Map(entries) }), rowIdentity({ of: other }));
});

test('what holds something else has another identity', (t) => {
  const rows = [
    new Map([['a', 1]]),
    new Map([['a', 2]]),
    new Set([['a', 1]]),
    [['a', 1]],
    { a: 1 },
    new Set(),
    new Map(),
    {},
    [],
  ];
  t.is(new Set(rows.map(rowIdentity)).size, rows.length);
});

test('what holds a function has none', (t) => {
  for (const row of [() => 1, new Map([['a', () => 1]]), new Set([Symbol('a')]), [new WeakMap()]])
    t.is(rowIdentity(row), null);
});

test('identities of objects, which files keep, stay what they were', (t) => {
  t.is(rowIdentity({ 'a!': 1, a: [true, 'ñ', null], at: new Date(5) }), KNOWN);
});

const KNOWN = 'ba1fb595fb616c31758b0a969f8d1182';
