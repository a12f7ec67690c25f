import test from 'ava';
import { closable } from '../../../lib/util/closable.js';

test('`close` and `await using` end the same thing', async (t) => {
  let closed = 0;
  const thing = closable(async () => void closed++);
  await thing.close();
  await thing[Symbol.asyncDispose]();
  t.is(closed, 2);
});
