import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { csvRows, jsonlRows, type TextEncoding } from '../../../../entries/data.js';
import { TableError } from '../../../../index.js';
import { asUtf8 } from '../../../../lib/data/tables/index.js';
import { atLength } from '../../../support/atLength.js';
import { encoded, WINDOWS_1252 } from '../../../support/encodings.js';

/** Texts in other encodings than UTF-8: decoded wherever their pieces end, and refused where they are none. */

const directory = mkdtempSync(join(tmpdir(), 'encodings-'));
test.after.always(() => rmSync(directory, { recursive: true }));

function written(name: string, content: Uint8Array | string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

async function all<Row>(read: () => AsyncIterable<Row>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of read()) rows.push(row);
  return rows;
}

/** @param sizes of the pieces, over and over */
async function* piecesOf(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  for (let at = 0, i = 0; at < bytes.length; at += sizes[i % sizes.length], i++)
    yield Buffer.from(bytes.subarray(at, at + sizes[i % sizes.length]));
}

const wrong = (why: string) => new Error(why);

async function read(bytes: Buffer, encoding: TextEncoding, sizes: readonly number[] = [4]) {
  const pieces: Buffer[] = [];
  let failure = '';
  try {
    for await (const piece of asUtf8(piecesOf(bytes, sizes), encoding, wrong)) pieces.push(piece);
  } catch (error) {
    failure = error instanceof Error ? error.message : '';
  }
  return { text: Buffer.concat(pieces).toString(), failure };
}

const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 });
const wide = fc.string({
  unit: fc.constantFrom('a', '\n', '"', 'é', '€', 'Ċ', '\u0a0d', '\u2200', '😀', '\ufffd'),
});

test('texts are read alike wherever their pieces end', async (t) => {
  const texts = fc.oneof(
    fc.record({
      encoding: fc.constantFrom<TextEncoding>('utf-8', 'utf-16', 'utf-16le', 'utf-16be'),
      text: wide,
    }),
    fc.record({
      encoding: fc.constantFrom<TextEncoding>('latin1', 'iso-8859-1'),
      text: fc.string({ unit: fc.integer({ min: 0, max: 0xff }).map((code) => String.fromCharCode(code)) }),
    }),
    fc.record({
      encoding: fc.constant<TextEncoding>('windows-1252'),
      text: fc.string({ unit: fc.constantFrom('a', '\n', 'é', '\u00a0', ...WINDOWS_1252.values()) }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(texts, sizes, fc.boolean(), async ({ encoding, text }, sizes, isMarked) => {
      fc.pre(!/^(ï»¿|ÿþ|þÿ|\0[^\0]|[^\0]\0)/.test(text));
      t.deepEqual(await read(encoded(text, encoding, isMarked), encoding, sizes), { text, failure: '' });
    }),
    { numRuns: atLength(300, 5_000) },
  );
});

/** What a decoder of the platform's says: the longest beginning that is whole, and whether all is. */
function decodedBy(bytes: Buffer, encoding: string): { text: string; isWhole: boolean } {
  const text = (end: number, stream: boolean) =>
    new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, end), { stream });
  try {
    return { text: text(bytes.length, false), isWhole: true };
  } catch {
    for (let end = bytes.length; ; end--)
      try {
        return { text: text(end, false), isWhole: false };
      } catch {}
  }
}

test('octets that are no text are refused where they stand, and all before them is read', async (t) => {
  const octets = fc.array(
    fc.constantFrom(0x00, 0x41, 0x0a, 0x80, 0xa9, 0xbf, 0xc3, 0xe2, 0xed, 0xf0, 0xf5, 0xd8, 0xdc, 0xff),
    { maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(
      octets,
      sizes,
      fc.constantFrom<TextEncoding>('utf-8', 'utf-16le', 'utf-16be'),
      async (octets, sizes, encoding) => {
        const bytes = Buffer.from([0x41, 0x42, 0x43, 0x44, ...octets]);
        const expected = decodedBy(bytes, encoding);
        const found = await read(bytes, encoding, sizes);
        t.is(found.text, expected.text);
        t.is(found.failure === '', expected.isWhole);
        if (expected.isWhole) return;
        const octet = encoded(expected.text, encoding, false).length;
        t.regex(found.failure, new RegExp(`isn't text in ${encoding}: octet ${octet} is 0x`, 'i'));
      },
    ),
    { numRuns: atLength(500, 10_000) },
  );
});

test('Windows-1252 has no character for five octets, and others than Latin-1 for 27', async (t) => {
  for (let octet = 0x80; octet < 0xa0; octet++) {
    const found = await read(Buffer.from([0x41, octet]), 'windows-1252');
    const text = WINDOWS_1252.get(octet);
    if (text !== undefined) t.deepEqual(found, { text: `A${text}`, failure: '' });
    else t.regex(found.failure, new RegExp(`octet 1 is 0x${octet.toString(16)}`, 'i'));
  }
  t.is(WINDOWS_1252.size, 27);
});

test('a mark that says something else is refused, and one that is needed', async (t) => {
  const marked = (mark: string) => Buffer.from(`${mark}a,b`, 'latin1');
  const of = async (mark: string, encoding: TextEncoding) => (await read(marked(mark), encoding)).failure;
  t.regex(await of('\xff\xfe', 'utf-8'), /mark of utf-16le, and isn't utf-8: .*encoding: 'utf-16le'/);
  t.regex(await of('\xef\xbb\xbf', 'latin1'), /mark of utf-8, and isn't latin1/);
  t.regex(await of('\xfe\xff', 'utf-16le'), /mark of utf-16be, and isn't utf-16le/);
  t.regex(await of('', 'utf-16'), /has no byte order mark: name utf-16le or utf-16be/);
  t.is(await of('', 'utf-8'), '');
});

test('tables in other encodings are read by their name', async (t) => {
  const rows = [{ city: 'Zürich', code: 'é' }];
  for (const encoding of ['latin1', 'windows-1252', 'utf-16', 'utf-16le', 'utf-16be'] as const) {
    const csv = written(`${encoding}.csv`, encoded('city,code\nZürich,é\n', encoding));
    t.deepEqual(await all(csvRows(csv, { encoding })), rows);
    const lines = written(`${encoding}.jsonl`, encoded(`${JSON.stringify(rows[0])}\n`, encoding));
    t.deepEqual(await all(jsonlRows(lines, { encoding })), rows);
  }
});

test('a row that isn’t of the encoding is refused by its number, and those before it are read', async (t) => {
  const cities = ['Bern,1', '"Bonn\nor so",2', 'Z\xfcrich,3', 'Oslo,4'];
  const csv = written('cities.csv', Buffer.from(`city,n\n${cities.join('\n')}\n`, 'latin1'));
  const lines = Array.from(
    { length: 9_000 },
    (_, n) => `{"n":${n},"city":"${n === 8_000 ? 'Z\xfcrich' : 'Bern'}"}`,
  );
  const jsonl = written('cities.jsonl', Buffer.from(lines.join('\n'), 'latin1'));
  const upTo = async (rows: AsyncIterable<unknown>) => {
    let count = 0;
    const error = await t.throwsAsync(
      async () => {
        for await (const _ of rows) count++;
      },
      { instanceOf: TableError },
    );
    return { count, row: error.row, message: error.message };
  };
  t.like(await upTo(csvRows(csv)()), {
    ...{ count: 2, row: 2 },
    message: `${csv}, row 2: isn't text in UTF-8: octet 30 is 0xFC; name the text's encoding, as encoding: 'windows-1252' or --encoding windows-1252 does`,
  });
  t.like(await upTo(jsonlRows(jsonl)()), { count: 8_000, row: 8_000 });
  t.like(await upTo(csvRows(written('head.csv', Buffer.from('\xfc,b\n1,2', 'latin1')))()), {
    count: 0,
    row: undefined,
  });
  t.throws(() => csvRows(csv, { encoding: Object('utf-7') }), { code: 'OPTION', message: /'encoding'/ });
  t.throws(() => jsonlRows(jsonl, { encoding: Object('utf-7') }), { code: 'OPTION', message: /'encoding'/ });
});

test('UTF-16 without its mark is refused in place of other encodings, and read by its name', async (t) => {
  const little = Buffer.from('id,text\n1,abc', 'utf16le');
  for (const [encoding, bytes] of [
    ['utf-16le', little],
    ['utf-16be', Buffer.from(little).swap16()],
  ] as const) {
    const path = written(`${encoding}.csv`, bytes);
    for (const other of ['utf-8', 'latin1', 'windows-1252'] as const)
      await t.throwsAsync(all(csvRows(path, { encoding: other })), {
        instanceOf: TableError,
        message: new RegExp(`looks like ${encoding}, without its byte order mark: .*'${encoding}'`),
      });
    t.deepEqual(await all(csvRows(path, { encoding })), [{ id: '1', text: 'abc' }]);
  }
});
