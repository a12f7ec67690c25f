import { type FileHandle, mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { encode, readArtifact, writeArtifact, writeAtomically } from '../../../../lib/data/artifact/index.js';
import { ArtifactError } from '../../../../lib/errors.js';

const before = Uint8Array.of(1, 2, 3);
const after = new Uint8Array(100_000).fill(7);

async function folder(t: ExecutionContext): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'spillway-test-'));
  t.teardown(() => rm(made, { recursive: true }));
  return made;
}

async function refused(
  t: ExecutionContext,
  reason: ArtifactError['reason'],
  path: string,
  work: Promise<unknown>,
): Promise<string> {
  const error = await t.throwsAsync(work, { instanceOf: ArtifactError });
  if (!(error instanceof ArtifactError)) return '';
  t.is(error.reason, reason, error.message);
  t.true(error.message.includes(`'${path}'`), error.message);
  return error.message;
}

// Serial, so that no other test meets the broken method.
for (const method of ['write', 'sync'] as const) {
  test.serial(`a ${method} that fails leaves the old file, and no temporary`, async (t) => {
    const inside = await folder(t);
    const path = join(inside, 'a.cascade');
    await writeAtomically(path, before);

    const handle = await open(path);
    const prototype: Record<string, (this: FileHandle, ...given: unknown[]) => Promise<unknown>> =
      Object.getPrototypeOf(handle);
    await handle.close();
    const { [method]: original, write } = prototype;
    let found: string[] = [];
    prototype[method] = async function () {
      // As on a disk that fills up, a part is already written.
      await write.call(this, after, 0, 1000);
      found = await readdir(inside);
      throw new Error('ENOSPC: no space left on device');
    };
    try {
      t.regex(await refused(t, 'unsavable', path, writeAtomically(path, after)), /ENOSPC.*has room/);
    } finally {
      prototype[method] = original;
    }
    t.is(found.length, 2, 'the temporary lies beside the file');
    t.deepEqual(new Uint8Array(await readFile(path)), before);
    t.deepEqual(await readdir(inside), ['a.cascade']);
  });
}

test('a file is written, and replaced, whole', async (t) => {
  const inside = await folder(t);
  const path = join(inside, 'a.cascade');
  for (const bytes of [before, after, new Uint8Array()]) {
    await writeAtomically(path, bytes);
    t.deepEqual(new Uint8Array(await readFile(path)), bytes);
  }
  t.deepEqual(await readdir(inside), ['a.cascade']);
});

test('of writers at the same time one wins, whole', async (t) => {
  const inside = await folder(t);
  const path = join(inside, 'a.cascade');
  const contents = Array.from({ length: 8 }, (_, i) => new Uint8Array(50_000).fill(i));
  await Promise.all(contents.map((bytes) => writeAtomically(path, bytes)));
  const found = new Uint8Array(await readFile(path));
  t.deepEqual(found, contents[found[0]]);
  t.deepEqual(await readdir(inside), ['a.cascade']);
});

test('a folder in the way stays as it is, and no temporary is left', async (t) => {
  const inside = await folder(t);
  const path = join(inside, 'a.cascade');
  await mkdir(path);
  await writeFile(join(path, 'kept'), before);
  await refused(t, 'unsavable', path, writeAtomically(path, after));
  t.deepEqual(await readdir(inside), ['a.cascade']);
  t.deepEqual(await readdir(path), ['kept']);
});

test('a folder that can hold no file is named', async (t) => {
  const inside = await folder(t);
  const missing = join(inside, 'missing', 'a.cascade');
  t.regex(await refused(t, 'unsavable', missing, writeAtomically(missing, after)), /ENOENT.*folder exists/);
  const file = join(inside, 'file');
  await writeFile(file, before);
  const below = join(file, 'a.cascade');
  await refused(t, 'unsavable', below, writeAtomically(below, after));
  t.deepEqual(await readdir(inside), ['file']);
  t.deepEqual(new Uint8Array(await readFile(file)), before);
});

test('a state is written and read back', async (t) => {
  const path = join(await folder(t), 'a.cascade');
  const state = { json: { bias: 0.1 }, tensors: { weights: Float64Array.of(1, Number.NaN, -0) } };
  await writeArtifact(path, state);
  t.deepEqual(await readArtifact(path), state);
});

test('a state that cannot be saved leaves the old file', async (t) => {
  const inside = await folder(t);
  const path = join(inside, 'a.cascade');
  await writeArtifact(path, { json: 1, tensors: {} });
  await refused(t, 'unsavable', path, writeArtifact(path, { json: Number.NaN, tensors: {} }));
  t.deepEqual(await readArtifact(path), { json: 1, tensors: {} });
  t.deepEqual(await readdir(inside), ['a.cascade']);
});

test('a refusal to read names the file', async (t) => {
  const inside = await folder(t);
  const missing = join(inside, 'missing.cascade');
  t.regex(await refused(t, 'unreadable', missing, readArtifact(missing)), /ENOENT/);
  await refused(t, 'unreadable', inside, readArtifact(inside));

  const cut = join(inside, 'cut.cascade');
  await writeFile(cut, encode({ json: 1, tensors: { a: Uint8Array.of(1, 2) } }).subarray(0, -1));
  t.regex(await refused(t, 'damaged', cut, readArtifact(cut)), /cut short or changed/);

  const text = join(inside, 'notes.txt');
  await writeFile(text, 'Some notes, which are no artifact.');
  await refused(t, 'foreign', text, readArtifact(text));
});
