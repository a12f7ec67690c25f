import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { inputsOf, readUnit, type Unit, unitsIn } from '../../../batch/units/index.js';
import type { TextEncoding } from '../../../entries/data.js';
import { TableError } from '../../../index.js';
import { atLength } from '../../support/atLength.js';
import { encoded } from '../../support/encodings.js';
import { folderFor } from '../../support/files.js';

/** Ranges of text: every record is in one unit, whole. */

async function rowsOf(units: readonly Unit[], encoding?: TextEncoding): Promise<unknown[]> {
  const rows: unknown[] = [];
  for (const unit of units) {
    let from = 0;
    for await (const batch of readUnit(unit, { encoding })) {
      if (batch.from !== from) throw new Error(`a batch begins at ${batch.from} instead of ${from}`);
      from += batch.rows.length;
      rows.push(...batch.rows);
    }
  }
  return rows;
}

/** Cells with all that may stand at a range's edge. */
const cell = fc.stringMatching(/^[ab",\n\r]{0,6}$/);
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const plain = (text: string) => (/[",\n\r]/.test(text) || text === '' ? quoted(text) : text);

test('CSV records are read whole wherever ranges end', async (t) => {
  const folder = await folderFor(t);
  const table = fc.record({
    records: fc.array(fc.tuple(cell, cell, fc.boolean()), { minLength: 1, maxLength: 12 }),
    end: fc.constantFrom('\n', '\r\n'),
    isEnded: fc.boolean(),
    rows: fc.integer({ min: 1, max: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(table, async ({ records, end, isEnded, rows }) => {
      const lines = records.map(([a, b, all]) => [a, b].map(all ? quoted : plain).join(','));
      const text = `one,"two${end}lines"${end}${lines.join(end)}${isEnded ? end : ''}`;
      const path = join(folder, 'table.csv');
      await writeFile(path, text);
      const units = await unitsIn(await inputsOf([path]), { purpose: '', rows });
      const [names, ...expected] = parse(text, { skip_empty_lines: true });
      t.deepEqual(
        await rowsOf(units),
        expected.map((values: string[]) => ({ [names[0]]: values[0], [names[1]]: values[1] })),
      );
      // Ranges follow each other to the end.
      t.is(units.at(-1)?.to, Buffer.byteLength(text));
      for (const [i, unit] of units.entries()) if (i > 0) t.is(unit.from, units[i - 1].to);
    }),
    { numRuns: atLength(25, 300) },
  );
});

test('records end alike in header and body, with LF, CR or both, whatever the units', async (t) => {
  const path = join(await folderFor(t), 'table.csv');
  const rows = Array.from({ length: 40 }, (_, i) => ({ a: String(i), b: i % 9 === 0 ? 'x\r"y"\nz' : 'é' }));
  for (const ends of [['\r'], ['\r\n', '\n'], ['\n', '\r\n'], ['\r', '\n'], ['\n', '\r', '\r\n']]) {
    const lines = rows.map(({ a, b }) => `${a},${plain(b)}`);
    await writeFile(path, ['a,b', ...lines].map((line, i) => line + ends[i % ends.length]).join(''));
    for (const count of [1, 7, 100]) {
      const units = await unitsIn(await inputsOf([path]), { purpose: '', rows: count });
      if (count < 100) t.true(units.length > 3, JSON.stringify(ends));
      t.deepEqual(await rowsOf(units), rows, JSON.stringify([ends, count]));
    }
  }
});

/** Characters whose octets in UTF-16 are those of line feeds, returns and quotes, too. */
const confusing = fc.string({
  unit: fc.constantFrom('a', 'Ċ', '\u0a0a', '\u0d22', '\u220a', '∢', '😀', '"', '\n'),
  maxLength: 6,
});

test('records and lines in other encodings are read whole wherever ranges end', async (t) => {
  const folder = await folderFor(t);
  const table = fc.record({
    encoding: fc.constantFrom<TextEncoding>('utf-8', 'utf-16', 'utf-16le', 'utf-16be'),
    cells: fc.array(fc.tuple(confusing, confusing), { minLength: 1, maxLength: 12 }),
    isMarked: fc.boolean(),
    rows: fc.integer({ min: 1, max: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(table, async ({ encoding, cells, isMarked, rows }) => {
      const expected = cells.map(([a, b]) => ({ Ċa: a, b }));
      const csv = ['Ċa,b', ...cells.map(([a, b]) => `${quoted(a)},${plain(b)}`)].join('\n');
      const lines = expected.map((row) => `${JSON.stringify(row)}\n`).join('');
      for (const [name, text] of Object.entries({ 'wide.csv': csv, 'wide.jsonl': lines })) {
        const path = join(folder, name);
        await writeFile(path, encoded(text, encoding, isMarked));
        const units = await unitsIn(await inputsOf([path]), { purpose: '', rows, encoding });
        if (cells.length > 3 * rows) t.true(units.length > 1);
        t.deepEqual(await rowsOf(units, encoding), expected, `${name} ${encoding}`);
      }
    }),
    { numRuns: atLength(60, 600) },
  );
});

test('an octet that isn’t of the encoding is refused by its place in the file', async (t) => {
  const path = join(await folderFor(t), 'table.csv');
  const lines = Array.from({ length: 40 }, (_, i) => `${i},${i === 33 ? 'Z\xfcrich' : 'Bern'}\n`);
  await writeFile(path, Buffer.from(`id,city\n${lines.join('')}`, 'latin1'));
  const inputs = await inputsOf([path]);
  const units = await unitsIn(inputs, { purpose: '', rows: 10 });
  const octet = 8 + lines.slice(0, 33).join('').length + 4;
  await t.throwsAsync(() => rowsOf(units), {
    instanceOf: TableError,
    message: new RegExp(`table\\.csv, row \\d+: isn't text in UTF-8: octet ${octet} is 0xFC`),
  });
  const read = await rowsOf(units, 'latin1');
  t.deepEqual([read.length, read[33]], [40, { id: '33', city: 'Zürich' }]);
  await t.throwsAsync(unitsIn(inputs, { purpose: '', encoding: 'utf-16' }), {
    message: /no byte order mark/,
  });
});

test('names of columns may begin with letters of Latin-1', async (t) => {
  const path = join(await folderFor(t), 'table.csv');
  await writeFile(path, Buffer.from('éè\nü\n', 'latin1'));
  const units = await unitsIn(await inputsOf([path]), { purpose: '', encoding: 'latin1' });
  t.deepEqual(await rowsOf(units, 'latin1'), [{ éè: 'ü' }]);
});

test('lines of JSON are read whole wherever ranges end, and pieces of a file', async (t) => {
  const path = join(await folderFor(t), 'table.jsonl');
  // Longer than a piece of a file, with characters of several bytes.
  const rows = Array.from({ length: 40 }, (_, i) => ({ i, text: 'ä€'.repeat(i % 7 === 0 ? 60_000 : i) }));
  await writeFile(path, `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);
  const units = await unitsIn(await inputsOf([path]), { purpose: '', rows: 5 });
  t.true(units.length > 4);
  t.deepEqual(await rowsOf(units), rows);
});

test('units of CSV have about the rows that are asked for, on however many lines', async (t) => {
  const path = join(await folderFor(t), 'table.csv');
  const records = Array.from({ length: 90 }, (_, i) => `${i % 10},"two\nlines, ""and"" more"\n`);
  await writeFile(path, `id,text\n${records.join('')}`);
  const units = await unitsIn(await inputsOf([path]), { purpose: '', rows: 30 });
  t.deepEqual(
    units.map(({ rows }) => rows),
    [30, 30, 30],
  );
});

test('columns of CSV have the types that are asked for', async (t) => {
  const path = join(await folderFor(t), 'table.csv');
  await writeFile(path, 'age,city,left\n31,Bern,true\n,Oslo,\n');
  const [unit] = await unitsIn(await inputsOf([path]), { purpose: '' });
  for await (const { rows } of readUnit(unit, { types: { age: 'number', left: 'boolean' } }))
    t.deepEqual(rows, [
      { age: 31, city: 'Bern', left: true },
      { age: Number.NaN, city: 'Oslo', left: null },
    ]);
  const wrong = async () => {
    for await (const _ of readUnit(unit, { types: { city: 'number' } }));
  };
  await t.throwsAsync(wrong, { instanceOf: TableError, message: /table\.csv, row 0, column 'city'/ });
});

test('a quote that nothing closes is an error', async (t) => {
  const path = join(await folderFor(t), 'table.csv');
  await writeFile(path, 'a,b\n1,"2\n3,4\n');
  const [unit, ...others] = await unitsIn(await inputsOf([path]), { purpose: '', rows: 1 });
  t.is(others.length, 0);
  await t.throwsAsync(() => rowsOf([unit]), { instanceOf: TableError, message: /table\.csv/ });
});
