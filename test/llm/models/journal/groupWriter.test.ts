import test from 'ava';
import { type GroupFile, GroupWriter } from '../../../../llm/models/journal/groupWriter.js';

/** A file whose writes end when they are told to. */
class SlowFile {
  text = '';
  syncs = 0;
  readonly file: GroupFile;

  constructor(fails: (writes: number) => boolean = () => false) {
    let writes = 0;
    const write = async (bytes: Uint8Array, from: number, length: number, at: number) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (fails(writes++)) throw new Error('no space');
      const part = Buffer.from(bytes.subarray(from, from + Math.min(length, 7))).toString();
      this.text = this.text.slice(0, at) + part;
      return { bytesWritten: part.length, buffer: bytes };
    };
    const datasync = async () => {
      this.syncs++;
    };
    this.file = { write, datasync } as unknown as GroupFile; // The writer calls it in this one way.
  }
}

test('what comes together reaches the disk by one call, in order', async (t) => {
  const slow = new SlowFile();
  const writer = new GroupWriter(slow.file, 0);
  await Promise.all(Array.from({ length: 100 }, (_, i) => writer.append(`line ${i}\n`, true)));
  t.is(slow.syncs, 1);
  t.is(slow.text, Array.from({ length: 100 }, (_, i) => `line ${i}\n`).join(''));
  await writer.append('unsynced\n', false);
  t.is(slow.syncs, 1);
  await writer.settled();
});

test('after a failure nothing is appended', async (t) => {
  const slow = new SlowFile((writes) => writes === 1);
  const writer = new GroupWriter(slow.file, 0);
  const first = writer.append('a line of more than seven\n', true);
  const second = new Promise((resolve) => setImmediate(resolve)).then(() => writer.append('b\n', true));
  await t.throwsAsync(first, { message: 'no space' });
  await t.throwsAsync(second, { message: 'no space' });
  await t.throwsAsync(writer.append('c\n', false), { message: 'no space' });
  t.is(slow.text, 'a line ');
});
