import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { encode } from '../../../lib/data/artifact/index.js';
import { CASCADE, Snapshots } from '../../../serve/repository/folder.js';
import { folderFor } from '../../support/files.js';

const artifact = (...weights: number[]) =>
  encode({ json: null, tensors: { weights: Float64Array.from(weights) } });

test('an artifact is known by the digest that it gives for itself, and by its size', async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, CASCADE);
  const snapshots = new Snapshots();
  const seen = async (content: Uint8Array) => {
    await writeFile(path, content);
    return snapshots.of(folder);
  };
  const first = await seen(artifact(1, 2));
  t.regex(first.files[0].digest, /^[0-9a-f]{64}$/);
  const again = await seen(artifact(1, 2));
  t.is(again.digest, first.digest);
  t.not(again.stamp, first.stamp);
  const other = await seen(artifact(1, 3));
  t.not(other.digest, first.digest);
  const cut = await seen(artifact(1, 2).subarray(0, -8));
  t.is(cut.files[0].digest, first.files[0].digest);
  t.not(cut.digest, first.digest);
  const foreign = await seen(Buffer.from('{"weights":[1,2]}'));
  const alike = await seen(Buffer.from('{"weights":[1,3]}'));
  t.not(alike.digest, foreign.digest);
});

test('a file that isn’t read yet is seen to change, though it begins alike', async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, CASCADE);
  const whole = artifact(1, 2);
  // As some programs copy: the room first, then the content.
  const growing = whole.slice().fill(0, whole.length - 16);
  await writeFile(path, growing);
  const snapshots = new Snapshots();
  const before = await snapshots.of(folder);
  const file = await open(path, 'r+');
  await file.write(whole, whole.length - 16, 16, whole.length - 16);
  await file.utimes(1, 1);
  await file.close();
  const after = await snapshots.of(folder);
  t.is(after.digest, before.digest);
  t.not(after.stamp, before.stamp);
});
