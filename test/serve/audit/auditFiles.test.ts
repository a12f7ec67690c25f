import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { AuditFiles, type ModelAuditState } from '../../../serve/audit/index.js';
import { FakeTimer } from '../../support/fakeTimer.js';
import { folderFor } from '../../support/files.js';

const stateOf = (evidence: number): ModelAuditState => ({ isVoid: false, evidence, modes: [] });

test('a state is written soon after it changes, or at once, and read again', async (t) => {
  const folder = await folderFor(t);
  const timer = new FakeTimer();
  const files = new AuditFiles(folder, timer, (error) => t.fail(String(error)));
  let evidence = 1;
  const writer = files.writer('a', '2', () => stateOf(evidence));
  t.is(await files.read('a', '2'), undefined);
  writer.changed();
  writer.changed();
  t.is(timer.pending, 1);
  await timer.pass(1_000);
  await files.flush();
  t.deepEqual(await files.read('a', '2'), stateOf(1));
  evidence = 2;
  writer.changed(true);
  await files.flush();
  t.deepEqual(await files.read('a', '2'), stateOf(2));
  t.is(await files.read('a', '1'), undefined);
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
  t.is(await files.read('a', '1'), undefined);
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
  t.is(await files.read('a', '1'), undefined);
});

test('a file that holds no state is refused: an alarm may be in it', async (t) => {
  const folder = await folderFor(t);
  const files = new AuditFiles(folder, new FakeTimer(), () => t.fail());
  const writer = files.writer('a', '1', () => stateOf(1));
  writer.changed(true);
  await files.flush();
  const path = join(folder, 'a', '1.audit.json');
  const whole = await readFile(path, 'utf8');
  for (const broken of [whole.slice(0, -5), '[]', '{"isVoid":1}', 'null']) {
    await writeFile(path, broken);
    await t.throwsAsync(files.read('a', '1'), {
      name: 'OptionError',
      message: /a\/1 can't be read.*remove it/,
    });
  }
});
