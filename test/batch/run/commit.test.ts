import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { commitFile, RunError } from '../../../batch/run/index.js';
import { removeTemporary, temporaryName } from '../../../batch/run/temporary.js';
import { folderFor } from '../../support/files.js';

/** Files that are there whole or not at all, the first of which stands. */

const sha = {
  one: '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed',
  two: '3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3',
};

test('the first file of a name stands', async (t) => {
  const folder = await folderFor(t);
  const put = (text: string) => commitFile(folder, 'a.txt', async (file) => void file.write(text));
  t.deepEqual(await put('one'), { outcome: 'first', written: sha.one, standing: sha.one, bytes: 3 });
  t.deepEqual(await put('one'), { outcome: 'same', written: sha.one, standing: sha.one, bytes: 3 });
  t.deepEqual(await put('two'), { outcome: 'different', written: sha.two, standing: sha.one, bytes: 3 });
  t.is(await readFile(join(folder, 'a.txt'), 'utf8'), 'one');
  t.deepEqual(await readdir(folder), ['a.txt']);
});

test('of many that commit at a time, one is the first', async (t) => {
  const folder = await folderFor(t);
  const put = (i: number) => commitFile(folder, 'a.txt', async (file) => void file.end(`${i % 2}`));
  const all = await Promise.all(Array.from({ length: 20 }, (_, i) => put(i)));
  t.is(all.filter(({ outcome }) => outcome === 'first').length, 1);
  const stands = await readFile(join(folder, 'a.txt'), 'utf8');
  for (const [i, { outcome }] of all.entries())
    if (outcome !== 'first') t.is(outcome, `${i % 2}` === stands ? 'same' : 'different');
});

test('what fails while it is written leaves nothing', async (t) => {
  const folder = await folderFor(t);
  const failing = () =>
    commitFile(folder, 'a.txt', async (file) => {
      file.write('half');
      throw new RangeError('no more');
    });
  await t.throwsAsync(failing, { instanceOf: RangeError });
  t.deepEqual(await readdir(folder), []);
  const nowhere = () => commitFile(join(folder, 'gone'), 'a.txt', async () => {});
  await t.throwsAsync(nowhere, { instanceOf: RunError, message: /gone\/a\.txt/ });
});

/** A disk of 64 KiB. @returns whether this user may have one */
function mounted(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('a full disk is named, nothing is torn, and once there is room the file is there', async (t) => {
  const folder = join(await folderFor(t), 'disk');
  await mkdir(folder);
  if (!mounted(folder)) {
    t.log('left out: this user may not mount a small disk');
    return t.pass();
  }
  try {
    const put = (octets: number) =>
      commitFile(folder, 'a.txt', async (file) => {
        // A writer that waits for its stream, as for a slow reader.
        for (let left = octets; left > 0; left -= 10_000)
          await new Promise((resolve) => file.write(Buffer.alloc(10_000, 1), resolve));
      });
    await t.throwsAsync(() => put(200_000), { instanceOf: RunError, message: /a\.txt.*ENOSPC/ });
    t.deepEqual(await readdir(folder), []);
    t.like(await put(20_000), { outcome: 'first', bytes: 20_000 });
  } finally {
    execFileSync('umount', [folder]);
  }
});

test('what ended processes left is removed, and what others are writing stays', async (t) => {
  const folder = await folderFor(t);
  const own = temporaryName('a.jsonl');
  const ended = own.replace(`-${process.pid}-`, '-999999999-');
  for (const name of [own, ended, 'a.jsonl', '.other.tmp']) await writeFile(join(folder, name), '');
  await removeTemporary(folder);
  t.deepEqual((await readdir(folder)).sort(), [own, 'a.jsonl', '.other.tmp'].sort());
});
