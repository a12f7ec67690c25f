import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { AuditFiles, type ModelAuditState } from '../../../serve/audit/index.js';
import { FakeTimer } from '../../support/fakeTimer.js';
import { folderFor } from '../../support/files.js';

const stateOf = (evidence: number, begun = 0, counted = begun): ModelAuditState => ({
  isVoid: false,
  evidence,
  modes: [],
  requests: { seed: 1, draws: { drawn: 0, next: 3 }, begun, counted },
});

/** What the next process finds. */
const found = async (folder: string | undefined) =>
  Object.fromEntries(await new AuditFiles(folder, new FakeTimer(), () => {}).read('a'));

test('a state is written soon after it changes, or at once, and read again', async (t) => {
  const folder = await folderFor(t);
  const timer = new FakeTimer();
  const files = new AuditFiles(folder, timer, (error) => t.fail(String(error)));
  let evidence = 1;
  const writer = files.writer('a', '2', () => stateOf(evidence));
  t.deepEqual(await found(folder), {});
  writer.changed();
  writer.changed();
  t.is(timer.pending, 1);
  await timer.pass(1_000);
  await files.flush();
  t.deepEqual(await found(folder), { 2: stateOf(1) });
  evidence = 2;
  writer.changed(true);
  await files.flush();
  t.deepEqual(await found(folder), { 2: stateOf(2) });
  t.is((await stat(join(folder, 'a'))).mode & 0o077, 0, 'the seed is nobody else’s');
});

test('a writer that was stopped writes nothing more', async (t) => {
  const folder = await folderFor(t);
  const timer = new FakeTimer();
  const files = new AuditFiles(folder, timer, () => t.fail());
  const writer = files.writer('a', '1', () => stateOf(1));
  writer.changed();
  writer.stop();
  writer.changed(true);
  await files.flush();
  t.is(timer.pending, 0);
  t.deepEqual(await found(folder), {});
});

test('states of all versions are read, those of this process as they are now', async (t) => {
  const folder = await folderFor(t);
  const earlier = new AuditFiles(folder, new FakeTimer(), () => t.fail());
  for (const version of ['1', '2'])
    earlier.writer('a', version, () => stateOf(Number(version))).changed(true);
  await earlier.flush();
  const files = new AuditFiles(folder, new FakeTimer(), () => t.fail());
  let evidence = 3;
  const writer = files.writer('a', '2', () => stateOf(evidence));
  evidence = 4;
  t.deepEqual(Object.fromEntries(await files.read('a')), { 1: stateOf(1), 2: stateOf(4) });
  writer.stop();
  evidence = 5;
  t.deepEqual(Object.fromEntries(await files.read('a')), { 1: stateOf(1), 2: stateOf(4) }, 'as it ended');
});

test('a process that is killed leaves out no row that has begun since the state was written', async (t) => {
  const folder = await folderFor(t);
  const files = new AuditFiles(folder, new FakeTimer(), () => t.fail());
  let state = stateOf(1, 1_000);
  const writer = files.writer('a', '1', () => state);
  writer.begun(1_000);
  writer.changed(true);
  await files.flush();
  writer.begun(1_100);
  writer.begun(1_200);
  state = stateOf(1, 1_150);
  t.deepEqual(await found(folder), { 1: stateOf(1, 1_200, 1_000) });
  // One that ends by itself says how many it really were.
  writer.changed();
  await writer.end();
  t.deepEqual(await found(folder), { 1: stateOf(1, 1_150) });
});

test('a state that can’t be written is tried again with the next change', async (t) => {
  const folder = join(await folderFor(t), 'file');
  await writeFile(folder, '');
  const faults: unknown[] = [];
  const files = new AuditFiles(folder, new FakeTimer(), (error) => void faults.push(error));
  const writer = files.writer('a', '1', () => stateOf(1));
  writer.changed(true);
  await files.flush();
  t.true(faults.length > 0);
});

test('without a folder nothing is kept', async (t) => {
  const timer = new FakeTimer();
  const files = new AuditFiles(undefined, timer, () => t.fail());
  files.writer('a', '1', () => stateOf(1)).changed(true);
  await files.flush();
  t.is(timer.pending, 0);
  t.deepEqual(await found(undefined), {});
});

test('a file that holds no state is refused: an alarm may be in it', async (t) => {
  const folder = await folderFor(t);
  const files = new AuditFiles(folder, new FakeTimer(), () => t.fail());
  const writer = files.writer('a', '1', () => stateOf(1));
  writer.changed(true);
  await files.flush();
  const path = join(folder, 'a', '1.audit.json');
  const whole = await readFile(path, 'utf8');
  const negative = JSON.stringify(stateOf(1, 2, 3));
  for (const broken of [whole.slice(0, -5), '[]', '{"isVoid":1}', 'null', negative]) {
    await writeFile(path, broken);
    await t.throwsAsync(found(folder), {
      name: 'OptionError',
      message: /audit can't be read.*a.1\.audit\.json, or remove it/,
    });
  }
});
