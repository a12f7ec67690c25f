import { appendFile, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { JournalError } from '../../../../lib/errors.js';
import { Journal, type JournalRecord } from '../../../../llm/models/journal/index.js';
import { readJournal } from '../../../../llm/models/journal/readJournal.js';
import { lineOf } from '../../../../llm/models/journal/records.js';
import { folderFor } from '../../../support/files.js';

const OF = { model: 'small-2026-01-01', prompt: 'abc', parameters: '{"temperature":0}' };
const question = (key: string, ask = 0) => ({ key, messages: [], ask, attempt: 0 as const });

async function put(journal: Journal, key: string, text: string, paid = 1): Promise<void> {
  const id = journal.idOf(question(key));
  await journal.keep({ kind: 'asked', id, most: 2 }, false);
  await journal.keep({ kind: 'answered', id, reply: { text }, paid }, true);
}

const textOf = (journal: Journal, key: string, ask = 0) =>
  journal.state.answers.get(journal.idOf(question(key, ask)))?.reply.text;

test('what was paid for is there when it is opened again; other asks are apart', async (t) => {
  const path = join(await folderFor(t), 'answers.journal');
  const first = await Journal.open({ path }, OF);
  await put(first, 'a', 'yes');
  await put(first, 'b', 'no', 3);
  await first.close();
  const second = await Journal.open({ path }, OF);
  t.is(textOf(second, 'a'), 'yes');
  t.is(textOf(second, 'a', 1), undefined);
  t.is(second.state.spent, 4);
  t.deepEqual([second.state.unknown, second.state.open.size, second.dropped], [0, 0, 0]);
  await second.close();
});

test('what was asked and has no answer is of unknown outcome, and its money reserved', async (t) => {
  const path = join(await folderFor(t), 'answers.journal');
  const first = await Journal.open({ path }, OF);
  await first.keep({ kind: 'asked', id: 'q', most: 2 }, false);
  await first.keep({ kind: 'asked', id: 'r', most: 5 }, false);
  await first.keep({ kind: 'lost', id: 'r', paid: 'no' }, false);
  await first.close();
  const { state, ...second } = await Journal.open({ path }, OF);
  t.deepEqual([state.unknown, state.unknownMoney, state.underWay, state.unpaid], [1, 2, 0, 1]);
  t.truthy(second);
  await (await Journal.open({ path }, OF)).close();
});

test('a journal of another model, prompt or parameters is refused, and says what differs', async (t) => {
  const path = join(await folderFor(t), 'answers.journal');
  await (await Journal.open({ path }, OF)).close();
  const error = await t.throwsAsync(Journal.open({ path }, { ...OF, prompt: 'xyz' }), {
    instanceOf: JournalError,
  });
  t.is(error?.reason, 'other');
  t.deepEqual(error?.differ, ['prompt']);
  t.regex(error?.message ?? '', /differs in prompt \(abc; here xyz\)/);
  // Also where this process has it open.
  const open = await Journal.open({ path }, OF);
  const both = { ...OF, model: 'large', parameters: '{}' };
  const other = await t.throwsAsync(Journal.open({ path }, both), { instanceOf: JournalError });
  t.deepEqual(other?.differ, ['model', 'parameters']);
  await open.close();
});

test('questions are hashed by a secret; another one, or none, is refused', async (t) => {
  const path = join(await folderFor(t), 'answers.journal');
  const first = await Journal.open({ path, secret: 's' }, OF);
  await put(first, 'short text', 'yes');
  await first.close();
  const bytes = await readFile(path, 'utf8');
  t.false(bytes.includes('short text'));
  for (const secret of ['other', undefined]) {
    const error = await t.throwsAsync(Journal.open({ path, secret }, OF), { instanceOf: JournalError });
    t.is(error?.reason, 'secret');
  }
  const again = await Journal.open({ path, secret: 's' }, OF);
  t.is(textOf(again, 'short text'), 'yes');
  await again.close();
  const plain = join(await folderFor(t), 'plain.journal');
  await (await Journal.open({ path: plain }, OF)).close();
  const error = await t.throwsAsync(Journal.open({ path: plain, secret: 's' }, OF), {
    instanceOf: JournalError,
  });
  t.is(error?.reason, 'secret');
});

test('foreign files and other versions are refused, and left as they are', async (t) => {
  const folder = await folderFor(t);
  const table = join(folder, 'table.csv');
  await writeFile(table, 'text,label\na,b\n');
  const foreign = await t.throwsAsync(Journal.open({ path: table }, OF), { instanceOf: JournalError });
  t.is(foreign?.reason, 'foreign');
  t.is(await readFile(table, 'utf8'), 'text,label\na,b\n');
  const later = join(folder, 'later.journal');
  const header = { kind: 'spillway journal', version: 2, of: OF, secret: null };
  // A later release writes what this one has no type for.
  await writeFile(later, lineOf(header as never));
  const version = await t.throwsAsync(Journal.open({ path: later }, OF), { instanceOf: JournalError });
  t.is(version?.reason, 'version');
  const none = await t.throwsAsync(Journal.open({ path: join(folder, 'no', 'such.journal') }, OF), {
    instanceOf: JournalError,
  });
  t.is(none?.reason, 'unwritable');
  t.is(
    (await t.throwsAsync(Journal.open({ path: folder }, OF), { instanceOf: JournalError }))?.reason,
    'unreadable',
  );
});

test('an empty file is no new journal: what it held would be paid for again', async (t) => {
  const path = join(await folderFor(t), 'answers.journal');
  const first = await Journal.open({ path }, OF);
  await put(first, 'a', 'yes');
  await first.close();
  const whole = await readFile(path);
  // Whatever is left of its first line.
  const header = whole.indexOf(10);
  for (const octets of [0, 1, 16, header >> 1, header]) {
    await writeFile(path, whole.subarray(0, octets));
    const error = await t.throwsAsync(Journal.open({ path }, OF), { instanceOf: JournalError });
    t.is(error?.reason, 'foreign');
    t.regex(error?.message ?? '', octets === 0 ? /is empty.*[Pp]ut a copy.*delete it/ : /put a copy/);
    t.is((await stat(path)).size, octets);
  }
  await writeFile(path, whole);
  const again = await Journal.open({ path }, OF);
  t.is(textOf(again, 'a'), 'yes');
  await again.close();
});

test('a damaged tail is cut off and said; a damaged line within is passed over', async (t) => {
  const path = join(await folderFor(t), 'answers.journal');
  const first = await Journal.open({ path }, OF);
  for (const key of ['a', 'b', 'c']) await put(first, key, key);
  await first.close();
  const { size } = await stat(path);
  await appendFile(path, '0123456789abcdef {"kind":"answered"');
  const warned: string[] = [];
  const listen = (warning: Error) => warned.push(warning.message);
  process.on('warning', listen);
  const second = await Journal.open({ path }, OF);
  t.is(second.dropped, 1);
  await second.close();
  t.is((await stat(path)).size, size);
  // Answers of b: its line has another byte.
  const bytes = await readFile(path);
  bytes[bytes.indexOf('"text":"b"') + 8]++;
  await writeFile(path, bytes);
  const third = await Journal.open({ path }, OF);
  t.deepEqual([textOf(third, 'a'), textOf(third, 'b'), textOf(third, 'c')], ['a', undefined, 'c']);
  t.deepEqual([third.dropped, third.state.unknown], [1, 1]);
  await third.close();
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', listen);
  t.is(warned.filter((each) => each.includes('damaged')).length, 2);
});

const record: fc.Arbitrary<JournalRecord> = fc.oneof(
  fc.record({ kind: fc.constant('asked' as const), id: fc.string(), most: fc.nat(9) }),
  fc.record({
    kind: fc.constant('answered' as const),
    id: fc.string(),
    reply: fc.record({ text: fc.option(fc.string({ unit: 'binary' })) }),
    paid: fc.nat(9),
  }),
  fc.record({ kind: fc.constant('lost' as const), id: fc.string(), paid: fc.constantFrom('no', 'maybe') }),
);
const HEAD = lineOf({ kind: 'spillway journal', version: 1, of: OF, secret: null });

test('any prefix of a file reads as a prefix of its records', (t) => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 8 }), fc.nat(), (records, cut) => {
      const lines = records.map(lineOf);
      const bytes = Buffer.from(HEAD + lines.join(''));
      const head = Buffer.byteLength(HEAD);
      const length = head + (cut % (bytes.length - head + 1));
      let [whole, end] = [0, head];
      while (whole < lines.length && end + Buffer.byteLength(lines[whole]) <= length) {
        end += Buffer.byteLength(lines[whole++]);
      }
      const read = readJournal('j', bytes.subarray(0, length));
      const expected = readJournal('j', Buffer.from(HEAD + lines.slice(0, whole).join('')));
      t.deepEqual(read.state, expected.state);
      t.deepEqual([read.end, read.dropped], [end, length > end ? 1 : 0]);
    }),
  );
});

test('whatever bytes are changed, what is read was written', (t) => {
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 });
  fc.assert(
    fc.property(fc.array(record, { maxLength: 8 }), changes, (records, changed) => {
      const bytes = Buffer.from(HEAD + records.map(lineOf).join(''));
      const head = Buffer.byteLength(HEAD);
      for (const [at, to] of changed)
        if (bytes.length > head) bytes[head + (at % (bytes.length - head))] = to;
      const { state } = readJournal('j', bytes);
      const written = new Map(
        records.flatMap((each) => (each.kind === 'answered' ? [[each.id, [] as unknown[]]] : [])),
      );
      for (const each of records) if (each.kind === 'answered') written.get(each.id)?.push(each.reply);
      for (const [id, { reply }] of state.answers) {
        t.true(written.get(id)?.some((each) => JSON.stringify(each) === JSON.stringify(reply)));
      }
    }),
  );
});

test('models of one process share a file; it is closed with the last', async (t) => {
  const path = join(await folderFor(t), 'answers.journal');
  const [first, second] = await Promise.all([Journal.open({ path }, OF), Journal.open({ path }, OF)]);
  t.is(first, second);
  await first.close();
  await put(second, 'a', 'yes');
  const closing = second.close();
  const third = await Journal.open({ path }, OF);
  await closing;
  t.not(third, second);
  t.is(textOf(third, 'a'), 'yes');
  await third.close();
});

test('a journal that cannot be written ends all, before more is asked', async (t) => {
  const path = join(await folderFor(t), 'answers.journal');
  const journal = await Journal.open({ path }, OF);
  await journal.close();
  // Its file is closed: every write fails.
  const error = await t.throwsAsync(journal.keep({ kind: 'asked', id: 'q', most: 1 }, false), {
    instanceOf: JournalError,
  });
  t.is(error?.reason, 'unwritable');
});
