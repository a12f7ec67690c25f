import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { textDigest } from '../../../../lib/util/digest.js';
import { VectorFile } from '../../../../llm/models/embeddings/vectorFile.js';
import { folderFor } from '../../../support/files.js';

const OF = { model: 'letters', dimensions: null, extra: null };
/** Lines of some 100 kB: ten of them are more than is read at once, and one between two is more than is read over. */
const SIZE = 20_000;

test('vectors are read in blocks, and are those that were added, whichever are wanted', async (t) => {
  const path = join(await folderFor(t), 'letters.vectors');
  const keys = Array.from({ length: 25 }, (_, i) => textDigest(`text ${i}`));
  const vectors = new Map(keys.map((key, i) => [key, new Float32Array(SIZE).fill(i + 0.5)]));
  const added = await VectorFile.open(path, OF);
  await added.add(vectors);
  await added.close();
  const file = await VectorFile.open(path, OF);
  t.deepEqual(await file.get([]), new Map());
  for (const wanted of [keys, keys.toReversed(), [keys[3], keys[1], keys[2]], [keys[0], keys[24], keys[5]]]) {
    const found = await file.get([...wanted, textDigest('none of them')]);
    t.is(found.size, wanted.length);
    for (const key of wanted) t.deepEqual(found.get(key), vectors.get(key));
  }
  // What is damaged while the file is open isn't given; those beside it are.
  const text = await readFile(path, 'latin1');
  const at = text.indexOf(keys[1]) + 500;
  await writeFile(path, `${text.slice(0, at)}!${text.slice(at + 1)}`, 'latin1');
  t.deepEqual([...(await file.get(keys.slice(0, 3))).keys()], [keys[0], keys[2]]);
  await file.close();
});
