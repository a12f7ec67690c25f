import test from 'ava';
import { Ending } from '../../../serve/scheduling/ending.js';

test('an outcome that is there at once needs no promise', (t) => {
  const given = new Ending<number>();
  given.resolve(1);
  given.resolve(2);
  given.reject(new Error('late'));
  t.is(given.outcome(), 1);
  const failed = new Ending<number>();
  failed.reject(new Error('soon'));
  failed.resolve(1);
  t.throws(() => failed.outcome(), { message: 'soon' });
});

test('one that isn’t is promised, and counts once', async (t) => {
  const given = new Ending<string>();
  const promise = given.outcome();
  given.resolve('first');
  given.reject(new Error('second'));
  t.is(await promise, 'first');
  const failed = new Ending<string>();
  const failing = failed.outcome();
  failed.reject(new Error('first'));
  await t.throwsAsync(async () => failing, { message: 'first' });
});
