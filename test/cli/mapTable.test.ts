import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { readMapTable, writeMapTable } from '../../cli/mapTable.js';
import { encoded } from '../support/encodings.js';
import { folderFor } from '../support/files.js';

const table = { rows: [{ text: 'a, "b"' }, { text: 'c' }], columns: ['text'] };
const answers = [
  { label: 'x', stage: 0, verdict: 'certified', price: 0 },
  { label: null, stage: null, verdict: 'unread', price: 0.25 },
] as const;

test('rows are written with their answers', async (t) => {
  const folder = await folderFor(t);
  await writeMapTable(join(folder, 'out.csv'), table, answers, '');
  const text = await readFile(join(folder, 'out.csv'), 'utf8');
  t.is(text, 'text,label,stage,verdict,price\n"a, ""b""",x,0,certified,0\nc,,,unread,0.25\n');
  t.deepEqual(await readdir(folder), ['out.csv']);
});

test('rows are read in the encoding that is named, and written as UTF-8', async (t) => {
  const folder = await folderFor(t);
  for (const [name, text] of [
    ['in.csv', 'text\nZürich\nc\n'],
    ['in.jsonl', '{"text":"Zürich"}\n{"text":"c"}\n'],
  ]) {
    const path = join(folder, name);
    await writeFile(path, encoded(text, 'windows-1252'));
    await t.throwsAsync(readMapTable(path, {}), { message: /row 0: isn't text in UTF-8/ });
    const read = await readMapTable(path, { encoding: 'windows-1252' });
    t.is(read.rows[0].text, 'Zürich');
    await writeMapTable(`${path}.csv`, read, answers, '');
    t.regex(await readFile(`${path}.csv`, 'utf8'), /^Zürich,x/m);
  }
});

test('a file that can’t be written rejects, and nothing is left beside it', async (t) => {
  const folder = await folderFor(t);
  await t.throwsAsync(writeMapTable(join(folder, 'nowhere', 'out.csv'), table, answers, ''), {
    code: 'ENOENT',
  });
  // A folder stands where the file is to be.
  await mkdir(join(folder, 'out.csv', 'full'), { recursive: true });
  await t.throwsAsync(writeMapTable(join(folder, 'out.csv'), table, answers, ''));
  t.deepEqual(await readdir(folder), ['out.csv']);
});
