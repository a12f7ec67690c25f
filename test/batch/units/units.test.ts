import { execFileSync } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  Dictionary,
  Int32,
  makeBuilder,
  RecordBatchFileWriter,
  RecordBatchStreamWriter,
  Table,
  tableFromArrays,
  Utf8,
  Vector,
} from 'apache-arrow';
import type { ExecutionContext } from 'ava';
import test from 'ava';
import { parquetWriteBuffer } from 'hyparquet-writer';
import {
  inputsOf,
  ParquetFiles,
  readUnit,
  sourceDigest,
  type Unit,
  unitsIn,
} from '../../../batch/units/index.js';
import { OptionError, TableError } from '../../../index.js';
import { RunError } from '../../../lib/errors.js';
import { folderFor } from '../../support/files.js';

/** Files as units: what is gathered, what is refused before any work. */

const parquet = (names: readonly string[], group = 3, type: 'DOUBLE' | 'STRING' = 'DOUBLE') => {
  const data = type === 'DOUBLE' ? Float64Array.of(0, 1, 2, 3, 4, 5, 6) : [...'abcdefg'];
  const columnData = names.map((name) => ({ name, data, type }));
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: group }));
};

async function read(unit: Unit): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const batch of readUnit(unit)) rows.push(...batch.rows.map((row) => Reflect.get(row, 'x')));
  return rows;
}

async function written(
  t: ExecutionContext,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<string> {
  const folder = await folderFor(t);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

test('units of Parquet files are whole row groups, of files in the order of their names', async (t) => {
  const folder = await written(t, {
    'b/part.parquet': parquet(['x']),
    'a.parquet': parquet(['x'], 2),
    _SUCCESS: '',
    '.a.parquet.crc': 'x',
  });
  const units = await unitsIn(await inputsOf([folder]), { purpose: 'p', rows: 3 });
  t.deepEqual(
    units.map(({ input, index, from, to, rows }) => [input.name, index, from, to, rows]),
    [
      ['a.parquet', 0, 0, 2, 4],
      ['a.parquet', 1, 2, 4, 3],
      ['b/part.parquet', 2, 0, 1, 3],
      ['b/part.parquet', 3, 1, 2, 3],
      ['b/part.parquet', 4, 2, 3, 1],
    ],
  );
  t.deepEqual(await Promise.all(units.map(read)), [[0, 1, 2, 3], [4, 5, 6], [0, 1, 2], [3, 4, 5], [6]]);
});

test('a Parquet file that can’t be read at one time is read at the next, and its units have digests of their own', async (t) => {
  const folder = await written(t, { 'a.parquet': parquet(['x']) });
  const path = join(folder, 'a.parquet');
  const units = await unitsIn(await inputsOf([folder]), { purpose: '', rows: 3 });
  const files = new ParquetFiles();
  const digests = () => Promise.all(units.map((unit) => sourceDigest(unit, files)));
  await rm(path);
  await t.throwsAsync(digests, { instanceOf: TableError, message: /a\.parquet/ });
  await writeFile(path, parquet(['x']));
  const before = await digests();
  t.is(new Set(before).size, 3);
  // What is read of it fails too, and then no longer.
  const rows = async () => {
    for await (const batch of readUnit(units[1], {}, files))
      return batch.rows.map((row) => Reflect.get(row, 'x'));
  };
  await rm(path);
  await t.throwsAsync(rows, { instanceOf: TableError, message: /a\.parquet/ });
  const changed = parquet(['x']);
  await writeFile(path, changed);
  t.deepEqual(await rows(), [3, 4, 5]);
  const [[from]] = (await files.open(units[1].input)).bytes(1);
  changed[from + 30] ^= 1;
  await writeFile(path, changed);
  const after = await digests();
  t.deepEqual(
    after.map((digest, i) => digest === before[i]),
    [true, false, true],
  );
});

test('a key tells apart purpose, name, content and range, and nothing else', async (t) => {
  const folder = await written(t, { 'a.parquet': parquet(['x']) });
  const keys = async (path: string, purpose: string, rows: number) =>
    (await unitsIn(await inputsOf([path]), { purpose, rows })).map(({ key }) => key);
  const [first, ...rest] = await keys(folder, 'p', 3);
  t.regex(first, /^[0-9a-f]{32}$/);
  t.deepEqual(await keys(join(folder, '*.parquet'), 'p', 3), [first, ...rest]);
  const elsewhere = await written(t, { 'a.parquet': parquet(['x']) });
  t.deepEqual(await keys(elsewhere, 'p', 3), [first, ...rest]);
  const renamed = await written(t, { 'b.parquet': parquet(['x']) });
  const changed = await written(t, { 'a.parquet': parquet(['x'], 3, 'STRING') });
  const all = [
    first,
    ...rest,
    ...(await keys(folder, 'q', 3)),
    ...(await keys(folder, 'p', 10)),
    ...(await keys(renamed, 'p', 3)),
    ...(await keys(changed, 'p', 3)),
  ];
  t.is(new Set(all).size, all.length);
});

test('units of Arrow files and streams are whole record batches, with the dictionaries that they need', async (t) => {
  // A dictionary that grows: later batches have its additions before them.
  const builder = makeBuilder({ type: new Dictionary(new Utf8(), new Int32()) });
  const parts = [['u', 'v'], ['v', 'w', 'u'], ['w']].map((texts) => {
    for (const text of texts) builder.append(text);
    return builder.flush();
  });
  const table = new Table({ x: new Vector(parts) });
  t.is(table.batches.length, 3);
  const folder = await written(t, {
    'file.arrow': await RecordBatchFileWriter.writeAll(table).toUint8Array(),
    'stream.arrows': await RecordBatchStreamWriter.writeAll(table).toUint8Array(),
  });
  for (const name of ['file.arrow', 'stream.arrows']) {
    const units = await unitsIn(await inputsOf([join(folder, name)]), { purpose: '', rows: 3 });
    t.deepEqual(
      units.map(({ from, to, rows }) => [from, to, rows]),
      [
        [0, 1, 2],
        [1, 2, 3],
        [2, 3, 1],
      ],
    );
    t.deepEqual(await Promise.all(units.map(read)), [['u', 'v'], ['v', 'w', 'u'], ['w']]);
    t.not(await sourceDigest(units[0]), await sourceDigest(units[1]));
  }
});

test('a unit whose bytes are others than those that were planned is refused, of all text and Arrow', async (t) => {
  const table = (x: readonly number[]) =>
    new Table(tableFromArrays({ x }).batches.flatMap((batch) => [batch.slice(0, 3), batch.slice(3)]));
  const stream = (x: readonly number[]) => RecordBatchStreamWriter.writeAll(table(x)).toUint8Array();
  const contents: Readonly<Record<string, readonly (string | Uint8Array)[]>> = {
    'a.jsonl': ['{"x":1}\n{"x":2}\n', '{"x":10}\n{"x":}\n'],
    'a.csv': ['x\n12\n3\n', 'x\n1\n23\n'],
    'a.arrows': [await stream([1, 2, 3, 4, 5]), await stream([1, 2, 3, 5, 4])],
  };
  for (const [name, [before, after]] of Object.entries(contents)) {
    const folder = await written(t, { [name]: before });
    const units = await unitsIn(await inputsOf([folder]), { purpose: '', rows: 1 });
    t.is(units.length, 2);
    await writeFile(join(folder, name), after);
    for (const use of [read, sourceDigest])
      await t.throwsAsync(() => use(units[1]), { instanceOf: RunError, message: new RegExp(name) }, name);
  }
});

test('an Arrow stream that is cut, or none, is refused', async (t) => {
  const bytes = await RecordBatchStreamWriter.writeAll(tableFromArrays({ x: [1, 2, 3] })).toUint8Array();
  for (let length = 0; length < bytes.length - 16; length += 40) {
    const folder = await written(t, { 'cut.arrow': bytes.subarray(0, length) });
    const units = async () => unitsIn(await inputsOf([folder]), { purpose: '' });
    await t.throwsAsync(units, { instanceOf: TableError, message: /cut\.arrow/ }, `${length}`);
  }
});

test('an Arrow stream that goes on after its end mark is refused, not read in part', async (t) => {
  const bytes = await RecordBatchStreamWriter.writeAll(tableFromArrays({ x: [1, 2, 3] })).toUint8Array();
  for (const more of [bytes, Uint8Array.of(0)]) {
    const folder = await written(t, { 'two.arrows': Buffer.concat([bytes, more]) });
    await t.throwsAsync(async () => unitsIn(await inputsOf([folder]), { purpose: '' }), {
      instanceOf: TableError,
      message: new RegExp(`two\\.arrows.*goes on for ${more.length} bytes after its end mark`),
    });
  }
});

test('an Arrow stream whose message is damaged is refused before work, as by the filter', async (t) => {
  const bytes = await RecordBatchStreamWriter.writeAll(tableFromArrays({ x: [1, 2, 3] })).toUint8Array();
  const view = Buffer.from(bytes);
  const batch = 8 + view.readInt32LE(4);
  const end = batch + 8 + view.readInt32LE(batch + 4);
  // A count of buffers that no message has room for.
  for (let at = batch + 8; at < end; at += 4)
    if (view.readInt32LE(at) === 2) view.writeInt32LE(0x7fff_ffff, at);
  const folder = await written(t, { 'a.arrow': view });
  await t.throwsAsync(async () => unitsIn(await inputsOf([folder]), { purpose: '' }), {
    instanceOf: TableError,
    message: /a\.arrow.*damaged message: 2147483647 elements, more than there are/,
  });
});

test('files of other columns than the first are refused before work, by both names', async (t) => {
  const units = async (files: Readonly<Record<string, string | Uint8Array>>) => {
    const folder = await written(t, files);
    return unitsIn(await inputsOf([folder]), { purpose: '' });
  };
  const message = (found: RegExp) => ({ instanceOf: TableError, message: found });
  const a = parquet(['x', 'y']);
  await t.throwsAsync(
    () => units({ 'a.parquet': a, 'b.parquet': parquet(['x']) }),
    message(/b\.parquet.*'y'.*a\.parquet/),
  );
  await t.throwsAsync(
    () => units({ 'a.parquet': a, 'b.parquet': parquet(['x', 'y'], 3, 'STRING') }),
    message(/b\.parquet.*'x'.*a\.parquet/),
  );
  await t.throwsAsync(
    () => units({ 'a.csv': 'x,y\n1,2\n', 'b.csv': 'x,z\n1,2\n' }),
    message(/b\.csv.*'y'.*a\.csv/),
  );
});

test('inputs that can be no units are refused by name', async (t) => {
  const folder = await written(t, { 'a.parquet': parquet(['x']), 'b.csv': 'x\n1\n', 'notes.md': 'text' });
  const at = (...names: string[]) => inputsOf(names.map((name) => join(folder, name)));
  await t.throwsAsync(() => at('a.parquet', 'b.csv'), {
    instanceOf: OptionError,
    message: /a\.parquet is parquet.*b\.csv csv/,
  });
  await t.throwsAsync(() => at('a.parquet', 'a.parquet'), {
    instanceOf: OptionError,
    message: /named twice/,
  });
  await t.throwsAsync(() => at('*.jsonl'), { instanceOf: OptionError, message: /\*\.jsonl/ });
  await t.throwsAsync(() => at('gone.csv'), { instanceOf: TableError, message: /gone\.csv/ });
  await t.throwsAsync(() => at('notes.md'), { instanceOf: TableError, message: /notes\.md/ });
});

test('a link in a folder leads to a file in it: one that leads out is refused by name', async (t) => {
  const outside = await written(t, { 'secret.jsonl': '{"x":1}\n' });
  const folder = await written(t, { '.data/a.jsonl': '{"x":1}\n', 'b/c.jsonl': '{"x":2}\n' });
  await symlink(join('.data', 'a.jsonl'), join(folder, 'a.jsonl'));
  const names = async (path: string) => (await inputsOf([path])).map(({ name }) => name);
  t.deepEqual(await names(folder), ['a.jsonl', 'b/c.jsonl']);
  const link = join(folder, 'b', 'd.jsonl');
  await symlink(join(outside, 'secret.jsonl'), link);
  for (const path of [folder, join(folder, 'b'), join(folder, 'b', '*.jsonl')])
    await t.throwsAsync(() => inputsOf([path]), {
      instanceOf: TableError,
      message: /b\/d\.jsonl.*is a link to .*secret\.jsonl, which is outside/,
    });
  // Who names a link means its file, and who names a link to a folder the files in that.
  t.deepEqual(await names(link), ['d.jsonl']);
  const linked = join(await folderFor(t), 'linked');
  await symlink(outside, linked);
  t.deepEqual(await names(linked), ['secret.jsonl']);
});

test('a file whose name has a star is that file, and a pipe is none', async (t) => {
  const folder = await written(t, { 'a*.jsonl': '{"x":1}\n', 'ab.jsonl': '{"x":2}\n' });
  const names = async (name: string) => (await inputsOf([join(folder, name)])).map((input) => input.name);
  t.deepEqual(await names('a*.jsonl'), ['a*.jsonl']);
  t.deepEqual(await names('a*b.jsonl'), ['ab.jsonl']);
  t.deepEqual(await names('*.jsonl'), ['a*.jsonl', 'ab.jsonl']);
  execFileSync('mkfifo', [join(folder, 'pipe.jsonl')]);
  for (const name of ['pipe.jsonl', '*.jsonl', ''])
    await t.throwsAsync(() => names(name), {
      instanceOf: TableError,
      message: /pipe\.jsonl.*no regular file/,
    });
});
