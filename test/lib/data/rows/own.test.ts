import test from 'ava';
import { ownArray, withOwnArrays } from '../../../../lib/data/rows/index.js';

test('an array is copied with its items, and anything else stays what it is', (t) => {
  const given = [{ a: 1 }];
  const own = ownArray(given);
  t.not(own, given);
  t.is(own[0], given[0]);
  for (const other of [undefined, null, 'rows', { length: 1 }]) t.is(ownArray(other), other);
});

test('named arrays of an object are copied, and no key is added', (t) => {
  const given: { rows: number[]; labels?: string[]; other: number[] } = { rows: [1], other: [2] };
  const own = withOwnArrays(given, 'rows', 'labels');
  given.rows.push(3);
  given.other.push(4);
  t.deepEqual(own, { rows: [1], other: [2, 4] });
  t.is(withOwnArrays(undefined), undefined);
});

test('an array in the place of options stays one, for checks to refuse', (t) => {
  const options = [1, 2];
  t.is(withOwnArrays<unknown>(options), options);
});
