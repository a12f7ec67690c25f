import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RecordBatchStreamWriter, tableFromArrays } from 'apache-arrow';
import test from 'ava';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { DigestSum } from '../../../batch/run/digest.js';
import { outputDigest } from '../../../batch/run/index.js';
import { OptionError, TableError } from '../../../index.js';
import { folderFor } from '../../support/files.js';

/** One digest of answers, whoever wrote them. */

const rows = [
  { id: 1, label: 'ham', stage: 0, verdict: 'certified' },
  { id: 2, label: 'spam', stage: 1, verdict: 'certified' },
  { id: 3, label: null, stage: 0, verdict: 'error' },
];
const lines = (of: readonly object[]) => of.map((row) => `${JSON.stringify(row)}\n`).join('');

test('rows in any order, files and format have one digest', async (t) => {
  const folder = await folderFor(t);
  const at = (name: string) => join(folder, name);
  await writeFile(at('a.jsonl'), lines(rows));
  await mkdir(at('spark'));
  await writeFile(at('spark/_SUCCESS'), '');
  await writeFile(at('spark/part-0.json'), lines([rows[2]]));
  await writeFile(at('spark/part-1.json'), lines([rows[1], rows[0]]));
  const stage = Int32Array.of(0, 1, 0);
  const label = rows.map((row) => row.label);
  const verdict = rows.map((row) => row.verdict);
  const table = tableFromArrays({ id: BigInt64Array.of(1n, 2n, 3n), label, stage, verdict });
  await writeFile(at('a.arrow'), RecordBatchStreamWriter.writeAll(table).toUint8Array(true));
  const columnData = [
    { name: 'id', data: [1n, 2n, 3n], type: 'INT64' as const },
    { name: 'label', data: label, type: 'STRING' as const, nullable: true },
    { name: 'stage', data: stage, type: 'INT32' as const },
    { name: 'verdict', data: verdict, type: 'STRING' as const },
  ];
  await writeFile(at('a.parquet'), new Uint8Array(parquetWriteBuffer({ columnData })));
  const expected = await outputDigest([at('a.jsonl')]);
  t.is(expected.rows, 3);
  for (const name of ['spark', 'a.arrow', 'a.parquet'])
    t.deepEqual(await outputDigest([at(name)]), expected, name);
  t.deepEqual(await outputDigest([at('spark/part-0.json'), at('spark/part-1.json')]), expected);
});

test('another label, a row less and a row twice have other digests', async (t) => {
  const path = join(await folderFor(t), 'a.jsonl');
  const digestOf = async (of: readonly object[]) => {
    await writeFile(path, lines(of));
    return (await outputDigest([path])).digest;
  };
  const digests = [rows, rows.slice(1), [...rows, rows[0]], [{ ...rows[0], stage: 1 }, rows[1], rows[2]]];
  const found = new Set<string>();
  for (const each of digests) found.add(await digestOf(each));
  t.is(found.size, digests.length);
});

test('the key is the one column beside the answers, or named; a prefix is known', async (t) => {
  const path = join(await folderFor(t), 'a.jsonl');
  const wide = rows.map(({ id, label, stage, verdict }) => ({
    id,
    x: 1,
    p_label: label,
    p_stage: stage,
    p_verdict: verdict,
  }));
  await writeFile(path, lines(wide));
  const unnamed = () => outputDigest([path], { prefix: 'p_' });
  await t.throwsAsync(unnamed, { instanceOf: OptionError, message: /columns id, x/ });
  await t.throwsAsync(() => outputDigest([path], { key: 'id' }), {
    instanceOf: TableError,
    message: /'label'/,
  });
  const found = await outputDigest([path], { key: 'id', prefix: 'p_' });
  await writeFile(path, lines(rows));
  t.deepEqual(await outputDigest([path]), found);
});

test('the sum of digests is the sum of large numbers, with all carries', (t) => {
  const sum = new DigestSum();
  let expected = 0n;
  for (let i = 0; i < 1_000; i++) {
    sum.add(`${i}`);
    const bytes = createHash('sha256').update(`${i}`).digest().reverse();
    expected = (expected + BigInt(`0x${bytes.toString('hex')}`)) % 2n ** 256n;
  }
  t.is(sum.text, expected.toString(16).padStart(64, '0'));
});
