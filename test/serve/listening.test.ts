import { createServer } from 'node:net';
import test from 'ava';
import { ListenError } from '../../lib/errors.js';
import { listen } from '../../serve/listening.js';

test('an address of another machine is refused by its reason', async (t) => {
  const error = await t.throwsAsync<ListenError>(listen(createServer(), '192.0.2.1', 0), {
    instanceOf: ListenError,
  });
  t.deepEqual([error?.reason, error?.host, error?.port], ['host', '192.0.2.1', 0]);
});

test('a port that this user may not have', (t) => {
  const denied = new ListenError('127.0.0.1', 80, Object.assign(new Error('no'), { code: 'EACCES' }));
  t.is(denied.reason, 'denied');
  t.regex(
    denied.message,
    /^can't listen on port 80 of 127\.0\.0\.1: this user may not\. Choose a port of 1024 or more/,
  );
  const failed = new ListenError('127.0.0.1', 80, new Error('no more files'));
  t.deepEqual(
    [failed.reason, failed.message],
    ['failed', "can't listen on port 80 of 127.0.0.1: no more files"],
  );
});
