import { Writable } from 'node:stream';
import test from 'ava';
import { progressOf } from '../../cli/progress.js';

/** A terminal that keeps what is drawn on it. */
class Terminal extends Writable {
  readonly isTTY = true;
  readonly columns = 120;
  text = '';
  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.text += chunk;
    done();
  }
  cursorTo(): boolean {
    return true;
  }
  clearLine(): boolean {
    return true;
  }
}

test('every bar tells the time that its step took and will take', (t) => {
  const stream = new Terminal();
  let now = 0;
  const io = { err: () => t.fail('bars, not lines'), watched: { out: true, err: true } };
  const progress = progressOf(io, { stream, now: () => now });
  now = 2_000;
  progress.show({ step: 'features', share: 1 });
  now = 12_000;
  progress.show({ step: 'profile', share: 0.25 });
  progress.end();
  t.regex(stream.text, /features .*100 % {2}in 2\.0 s/);
  t.regex(stream.text, /profile .*25 % {2}10 s, about 30 s left/);
});

test('where nobody watches, a line a step with its time', (t) => {
  let now = 0;
  let stated = '';
  const io = {
    err: (text: string) => {
      stated += text;
    },
    watched: { out: false, err: false },
  };
  const progress = progressOf(io, { stream: new Terminal(), now: () => now });
  for (const [step, share, at] of [
    ['features', 0.5, 1_000],
    ['features', 1, 2_000],
    ['profile', 1, 14_000],
  ] as const) {
    now = at;
    progress.show({ step, share });
  }
  progress.end();
  t.is(stated, 'features: done in 2.0 s\nprofile: done in 12 s\n');
});
