import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import {
  commitFile,
  DiskError,
  fileDigest,
  removeTemporary,
  replaceFile,
  replaceFileNow,
  temporaryName,
} from '../../../../lib/util/files/committedFile.js';
import { folderFor } from '../../../support/files.js';

const bytes = (text: string) => new TextEncoder().encode(text);

test('a file that isn’t the latest any more replaces nothing, and leaves nothing', async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, 'a');
  const put = (text: string, isLatest?: () => boolean) =>
    replaceFile(path, async (file) => void file.end(bytes(text)), isLatest);
  await put('one');
  await put('two', () => false);
  t.is(await readFile(path, 'utf8'), 'one');
  await put('three', () => true);
  t.is(await readFile(path, 'utf8'), 'three');
  t.deepEqual(await readdir(folder), ['a']);
});

test('what is in the way stays, and errors of the disk are apart from a writer’s', async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, 'a');
  await mkdir(join(path, 'kept'), { recursive: true });
  const whole = async (file: NodeJS.WritableStream) => void file.end('new');
  const error = await t.throwsAsync(() => replaceFile(path, whole), { instanceOf: DiskError });
  t.regex(String(error?.cause), /EISDIR|ENOTEMPTY|EEXIST|is a directory/);
  t.throws(() => replaceFileNow(path, bytes('new')));
  const torn = () => Promise.reject(new RangeError('no more'));
  await t.throwsAsync(() => replaceFile(path, torn), { instanceOf: RangeError });
  await t.throwsAsync(() => commitFile(join(folder, 'gone', 'a'), whole), { instanceOf: DiskError });
  t.deepEqual(await readdir(folder), ['a']);
  t.deepEqual(await readdir(path), ['kept']);
});

test('at once or not, a file is replaced whole, and its digest is that of its bytes', async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, 'a');
  replaceFileNow(path, bytes('one'));
  const before = await fileDigest(path);
  replaceFileNow(path, bytes('two'));
  t.not(await fileDigest(path), before);
  t.like(await commitFile(path, async (file) => void file.end('one')), {
    outcome: 'different',
    written: before,
    standing: await fileDigest(path),
  });
  t.deepEqual(await readdir(folder), ['a']);
});

test('temporary files of this process stay, and so does what has another name', async (t) => {
  const folder = await folderFor(t);
  const names = [temporaryName(), '.spillway-.tmp', 'a.tmp'];
  for (const name of names) await writeFile(join(folder, name), '');
  await removeTemporary(folder);
  t.deepEqual((await readdir(folder)).sort(), [...names].sort());
});
