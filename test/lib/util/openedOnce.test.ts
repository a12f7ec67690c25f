import test from 'ava';
import { openedOnce } from '../../../lib/util/openedOnce.js';

test('each key is opened once, a failure is tried again, and all that is open is known', async (t) => {
  const tries: string[] = [];
  const opened = openedOnce(async (key: string) => {
    tries.push(key);
    if (key === 'bad' && tries.length < 4) throw new Error('no file');
    return { key };
  });
  const [one, same] = await Promise.all([opened.get('a'), opened.get('a')]);
  t.is(one, same);
  await opened.get('b');
  await t.throwsAsync(opened.get('bad'), { message: 'no file' });
  t.deepEqual(await opened.all(), [{ key: 'a' }, { key: 'b' }]);
  t.deepEqual(await opened.get('bad'), { key: 'bad' });
  t.deepEqual(tries, ['a', 'b', 'bad', 'bad']);
  t.is((await opened.all()).length, 3);
});
