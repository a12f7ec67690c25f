import { PassThrough } from 'node:stream';
import test from 'ava';
import { confirmed } from '../../cli/confirm.js';

/** What a person types, and what is shown: the stream is passed in, so that no terminal is needed. */
function typed(text: string | undefined, signal = new AbortController().signal) {
  const input = new PassThrough();
  const shown: string[] = [];
  const answer = confirmed('go on?', input, (text) => shown.push(text), signal);
  if (text !== undefined) input.end(text);
  return { answer, shown };
}

test('only yes is yes', async (t) => {
  for (const text of ['y\n', 'yes\n', 'Y\r\n', ' YES \nmore\n', 'y']) t.true(await typed(text).answer, text);
  for (const text of ['\n', 'n\n', 'yesterday\n', 'no\ny\n', '']) t.false(await typed(text).answer, text);
});

test('the question says what an empty line means', async (t) => {
  const { answer, shown } = typed('\n');
  await answer;
  t.deepEqual(shown, ['go on? [y/N] ']);
});

test('an interrupt ends the question', async (t) => {
  const stop = new AbortController();
  const reason = new Error('interrupted');
  const { answer } = typed(undefined, stop.signal);
  stop.abort(reason);
  t.is(await t.throwsAsync(answer), reason);
  t.is(await t.throwsAsync(typed('y\n', stop.signal).answer), reason);
});
