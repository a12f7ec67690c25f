import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { checkTexts, readMapTable, writeMapTable } from '../../cli/mapTable.js';
import { DataError, RunError } from '../../index.js';
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

test('JSON lines keep the digits and the order of what was read', async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, 'in.jsonl');
  const lines = ['{"b":0.12345678901234567891,"7":-0, "o":{"x":1.50}}', '{"b":"x"}'];
  await writeFile(path, `${lines.join('\n')}\n`);
  const read = await readMapTable(path, {});
  await writeMapTable(join(folder, 'out.jsonl'), read, answers, 'p_');
  t.is(
    await readFile(join(folder, 'out.jsonl'), 'utf8'),
    `${lines[0].slice(0, -1)},"p_label":"x","p_stage":0,"p_verdict":"certified","p_price":0}\n` +
      '{"b":"x","p_label":null,"p_stage":null,"p_verdict":"unread","p_price":0.25}\n',
  );
  await writeMapTable(join(folder, 'out.csv'), { ...read, columns: ['b', '7', 'o'] }, answers, 'p_');
  const text = await readFile(join(folder, 'out.csv'), 'utf8');
  t.true(text.includes('\n0.12345678901234567891,-0,"{""x"":1.50}",x,0,certified,0\n'), text);
  await writeFile(path, '{"b":1,"b":2}\n');
  await t.throwsAsync(readMapTable(path, {}), { message: /row 0, column 'b': two members have this name/ });
});

test('half of a surrogate pair is refused where CSV is written, before anything is asked', async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, 'halves.jsonl');
  await writeFile(path, '{"id":"a"}\n{"id":"\\ud800"}\n');
  const read = await readMapTable(path, {});
  t.notThrows(() => checkTexts('out.jsonl', read));
  t.notThrows(() => checkTexts('out.csv', table));
  t.throws(() => checkTexts('out.csv', read), { instanceOf: DataError, message: /^row 1, column 'id': / });
});

test('a file that can’t be written rejects, and nothing is left beside it', async (t) => {
  const folder = await folderFor(t);
  await t.throwsAsync(writeMapTable(join(folder, 'nowhere', 'out.csv'), table, answers, ''), {
    instanceOf: RunError,
    message: /--out.*out\.csv: ENOENT.*nothing was changed/,
  });
  // A folder stands where the file is to be.
  await mkdir(join(folder, 'out.csv', 'full'), { recursive: true });
  await t.throwsAsync(writeMapTable(join(folder, 'out.csv'), table, answers, ''), { instanceOf: RunError });
  t.deepEqual(await readdir(folder), ['out.csv']);
});
