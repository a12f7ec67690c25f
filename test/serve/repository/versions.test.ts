import test from 'ava';
import fc from 'fast-check';
import { compareVersions, selectVersions } from '../../../serve/repository/versions.js';

test('versions are compared as numbers of any length', (t) => {
  t.deepEqual(['10', '9', '100', '2'].sort(compareVersions), ['2', '9', '10', '100']);
  fc.assert(
    fc.property(fc.bigInt({ min: 1n }), fc.bigInt({ min: 1n }), (a, b) => {
      t.is(Math.sign(compareVersions(String(a), String(b))), a < b ? -1 : Number(a > b));
    }),
  );
});

test('a policy chooses the highest, all, or those listed that there are', (t) => {
  const found = ['10', '2', '9'];
  t.deepEqual(selectVersions('latest', found), ['10']);
  t.deepEqual(selectVersions('all', found), ['2', '9', '10']);
  t.deepEqual(selectVersions(['9', '3', '2'], found), ['2', '9']);
  t.deepEqual(selectVersions('latest', []), []);
});
