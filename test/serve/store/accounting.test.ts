import test from 'ava';
import { accountOf } from '../../../serve/store/index.js';

const content = (digest: string, octets: number) => ({ digest, octets });

test('what one model has is its own, what several have is shared and held once', (t) => {
  const account = accountOf([
    { key: 'a', held: [content('dictionary', 100), content('a', 7), content('a', 7)] },
    { key: 'b', held: [content('dictionary', 100), content('b', 5)] },
    { key: 'c', held: [content('other', 30)] },
  ]);
  t.deepEqual(Object.fromEntries(account.models), {
    a: { own: 7, shared: 100, total: 107 },
    b: { own: 5, shared: 100, total: 105 },
    c: { own: 30, shared: 0, total: 30 },
  });
  t.is(account.held, 142);
  t.is(account.unshared, 242);
});

test('nothing holds nothing', (t) => {
  t.deepEqual(accountOf([]), { models: new Map(), held: 0, unshared: 0 });
});
