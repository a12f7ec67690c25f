import fs, { type FileHandle, mkdir, open, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import test from 'ava';
import { replaceRunFile } from '../../../batch/run/commit.js';
import { commitRunFile, RunFolder } from '../../../batch/run/index.js';
import { RunError } from '../../../lib/errors.js';
import { temporaryName } from '../../../lib/util/files/committedFile.js';
import { processSpaceOf } from '../../../lib/util/processSpace.js';
import { folderFor } from '../../support/files.js';

/** Files that are there whole or not at all, the first of which stands. */

const sha = {
  one: '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed',
  two: '3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3',
};

test('the first file of a name stands', async (t) => {
  const folder = await folderFor(t);
  const put = (text: string) => commitRunFile(folder, 'a.txt', async (file) => void file.write(text));
  t.deepEqual(await put('one'), { outcome: 'first', written: sha.one, standing: sha.one, bytes: 3 });
  t.deepEqual(await put('one'), { outcome: 'same', written: sha.one, standing: sha.one, bytes: 3 });
  t.deepEqual(await put('two'), { outcome: 'different', written: sha.two, standing: sha.one, bytes: 3 });
  t.is(await readFile(join(folder, 'a.txt'), 'utf8'), 'one');
  t.deepEqual(await readdir(folder), ['a.txt']);
});

test('of many that commit at a time, one is the first', async (t) => {
  const folder = await folderFor(t);
  const put = (i: number) => commitRunFile(folder, 'a.txt', async (file) => void file.end(`${i % 2}`));
  const all = await Promise.all(Array.from({ length: 20 }, (_, i) => put(i)));
  t.is(all.filter(({ outcome }) => outcome === 'first').length, 1);
  const stands = await readFile(join(folder, 'a.txt'), 'utf8');
  for (const [i, { outcome }] of all.entries())
    if (outcome !== 'first') t.is(outcome, `${i % 2}` === stands ? 'same' : 'different');
});

test('what fails while it is written leaves nothing', async (t) => {
  const folder = await folderFor(t);
  const half = () =>
    commitRunFile(folder, 'a.txt', async (file) => {
      file.write('half');
      throw new RangeError('no more');
    });
  await t.throwsAsync(half, { instanceOf: RangeError });
  t.deepEqual(await readdir(folder), []);
  const nowhere = () => commitRunFile(join(folder, 'gone'), 'a.txt', async () => {});
  await t.throwsAsync(nowhere, { instanceOf: RunError, message: /gone\/a\.txt/ });
});

/** Has the system fail as a disk does, for as long as a test lasts. Others of this file wait. */
function failing<Name extends string, Call>(
  t: ExecutionContext,
  of: Readonly<Record<Name, Call>>,
  name: Name,
  call: (real: Call) => Call,
): void {
  const real = of[name];
  const set = (value: Call) => {
    Object.assign(of, { [name]: value });
    syncBuiltinESMExports();
  };
  set(call(real));
  t.teardown(() => set(real));
}

const systemError = (code: string) => Object.assign(new Error(`${code}: no`), { code, syscall: 'call' });

test.serial('a full disk is named, nothing is torn, and once there is room the file is there', async (t) => {
  const folder = await folderFor(t);
  const some = await open(join(folder, 'some'), 'w');
  t.teardown(() => some.close());
  let room = 64 << 10;
  failing<'write', (this: FileHandle, bytes: Buffer, at: number) => Promise<{ bytesWritten: number }>>(
    t,
    Object.getPrototypeOf(some),
    'write',
    (real) =>
      async function (bytes, at) {
        // As POSIX has it: what there is room for, then an error.
        if (room === 0) throw systemError('ENOSPC');
        const part = bytes.subarray(0, at + Math.min(room, bytes.length - at));
        const { bytesWritten } = await real.call(this, part, at);
        room -= bytesWritten;
        return { bytesWritten };
      },
  );
  const put = (octets: number) =>
    commitRunFile(folder, 'a.txt', async (file) => {
      // A writer that waits for its stream, as for a slow reader.
      for (let left = octets; left > 0; left -= 10_000)
        await new Promise((resolve) => file.write(Buffer.alloc(10_000, 1), resolve));
    });
  await t.throwsAsync(() => put(200_000), { instanceOf: RunError, message: /a\.txt.*ENOSPC/ });
  t.deepEqual(await readdir(folder), ['some']);
  room = 1 << 20;
  t.like(await put(20_000), { outcome: 'first', bytes: 20_000 });
});

test.serial(
  'a file system without links is refused: nothing would keep a later file from replacing',
  async (t) => {
    const folder = await folderFor(t);
    failing<'link', typeof fs.link>(t, fs, 'link', () => () => Promise.reject(systemError('EPERM')));
    const put = () => commitRunFile(folder, 'a.txt', async (file) => void file.end('one'));
    await t.throwsAsync(put, { instanceOf: RunError, message: /a\.txt.*EPERM.*hard links.*--out/ });
    t.deepEqual(await readdir(folder), []);
  },
);

test('a file that is replaced is the old one or the new one', async (t) => {
  const folder = await folderFor(t);
  for (const content of ['one', 'two']) await replaceRunFile(folder, 'a.json', content);
  t.is(await readFile(join(folder, 'a.json'), 'utf8'), 'two');
  t.deepEqual(await readdir(folder), ['a.json']);
  await t.throwsAsync(() => replaceRunFile(join(folder, 'gone'), 'a.json', ''), {
    instanceOf: RunError,
    message: /gone\/a\.json/,
  });
});

test('what ended processes left is removed in all folders, and what others are writing stays', async (t) => {
  const folder = new RunFolder(await folderFor(t));
  await folder.make();
  const evidence = join(folder.path, 'evidence');
  await mkdir(evidence);
  const own = temporaryName();
  const ended = own.replace(`-${process.pid}-`, '-999999999-');
  // Of a container with the same host name and numbers of its own.
  const other = ended.replace(/-[0-9a-f]{8}-/, '-00000000-');
  const old = other.replace(/.{4}\.tmp$/, '0000.tmp');
  for (const path of [folder.path, folder.units, evidence]) {
    for (const name of [own, ended, other, old, 'a.jsonl', '.other.tmp'])
      await writeFile(join(path, name), '');
    const hour = Date.now() / 1_000 - 3_601;
    await utimes(join(path, old), hour, hour);
  }
  await folder.clean();
  for (const path of [folder.path, folder.units, evidence]) {
    const files = (await readdir(path, { withFileTypes: true })).filter((each) => each.isFile());
    t.deepEqual(files.map(({ name }) => name).sort(), [own, other, 'a.jsonl', '.other.tmp'].sort());
  }
});

test('processes of another boot or container are no processSpace, and where none can be told nobody is', (t) => {
  const of = (boot: string, namespace: string) =>
    processSpaceOf(
      () => boot,
      () => namespace,
    );
  t.is(of('a', 'b'), of('a', 'b'));
  t.is(new Set([of('a', 'b'), of('a', 'c'), of('b', 'b')]).size, 3);
  const untold = () =>
    processSpaceOf(
      () => 'a',
      () => {
        throw systemError('ENOENT');
      },
    );
  t.not(untold(), untold());
});
