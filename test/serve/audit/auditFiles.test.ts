import { copyFile, mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { OptionError } from '../../../lib/errors.js';
import { AuditFiles, type ModelAuditState } from '../../../serve/audit/index.js';
import { type Mark, StateFile } from '../../../serve/audit/stateFile.js';
import { StateWriter } from '../../../serve/audit/stateWriter.js';
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

/** Faults as texts, and files whose notes may take so many milliseconds. */
function watched(folder: string, timer = new FakeTimer()) {
  const faults: string[] = [];
  const onFault = (error: unknown) =>
    void faults.push(error instanceof OptionError ? error.message : `untyped ${error}`);
  return { faults, timer, files: new AuditFiles(folder, timer, onFault) };
}

test('what can’t be written is kept, said, and written once the folder can be', async (t) => {
  const folder = join(await folderFor(t), 'states');
  await writeFile(folder, '');
  const { files, faults, timer } = watched(folder);
  const writer = files.writer('a', '1', () => stateOf(1, 700, 600));
  writer.begun(900);
  writer.changed(true);
  await files.flush();
  t.true(faults.length >= 2);
  for (const fault of faults)
    t.regex(fault, /'stateDir': the state of an audit can't be written.*tried again/);
  await rm(folder);
  await timer.pass(60_000);
  await files.flush();
  t.deepEqual(await found(folder), { 1: stateOf(1, 900, 600) });
  await files.close();
  t.is(timer.pending, 0);
});

test('on a full disk a note is kept until there is room', async (t) => {
  const folder = await folderFor(t);
  const note = join(folder, 'a', '1.audit.json.begun');
  await mkdir(join(folder, 'a'));
  await symlink('/dev/full', note);
  const { files, faults, timer } = watched(folder);
  const writer = files.writer('a', '1', () => stateOf(1, 700, 600));
  writer.begun(900);
  t.regex(faults[0], /ENOSPC/);
  await rm(note);
  await timer.pass(60_000);
  writer.changed(true);
  await files.flush();
  t.deepEqual(await found(folder), { 1: stateOf(1, 900, 600) });
});

test('a folder that is removed while it is used is made again, with the state and the note', async (t) => {
  const folder = join(await folderFor(t), 'states');
  const { files, faults } = watched(folder);
  const writer = files.writer('a', '1', () => stateOf(1, 700, 600));
  writer.begun(900);
  writer.changed(true);
  await files.flush();
  await rm(folder, { recursive: true });
  writer.changed(true);
  await files.flush();
  t.deepEqual(await found(folder), { 1: stateOf(1, 900, 600) });
  t.deepEqual(faults, []);
});

test('notes that take long are waited for once, and kept all the same', async (t) => {
  const folder = await folderFor(t);
  let now = 0;
  // Each look at the time is half a second later.
  const timer = Object.assign(new FakeTimer(), { now: () => (now += 500) });
  const { files, faults } = watched(folder, timer);
  const writer = files.writer('a', '1', () => stateOf(1, 700, 600));
  writer.changed(true);
  for (const rows of [800, 900, 1_000]) writer.begun(rows);
  t.deepEqual(faults.length, 1);
  t.regex(faults[0], /took 500 ms.*local folder/);
  await files.flush();
  t.deepEqual(await found(folder), { 1: stateOf(1, 1_000, 600) });
});

test('an audit that ends while nothing can be written is written later, unless it has a successor', async (t) => {
  const folder = join(await folderFor(t), 'states');
  await writeFile(folder, '');
  const { files, faults, timer } = watched(folder);
  for (const version of ['1', '2']) {
    const writer = files.writer('a', version, () => stateOf(1));
    writer.changed(true);
    await writer.end();
  }
  await rm(folder);
  files.writer('a', '2', () => stateOf(2));
  await timer.pass(60_000);
  await files.flush();
  t.deepEqual(await found(folder), { 1: stateOf(1) });
  faults.length = 0;
  await rm(folder, { recursive: true });
  await writeFile(folder, '');
  files.writer('a', '3', () => stateOf(3)).changed(true);
  await files.close();
  t.regex(faults.at(-1) ?? '', /last state of the audit of a\/3 couldn't be written/);
});

test('a folder of states that can’t be read says what to do', async (t) => {
  const folder = await folderFor(t);
  await writeFile(join(folder, 'a'), '');
  await t.throwsAsync(found(folder), {
    instanceOf: OptionError,
    message: /'stateDir': the states of audits can't be read.*make .*a a folder/,
  });
});

/** A folder that can't be written from now on, whoever tries. @returns what makes it as it was */
async function broken(folder: string): Promise<() => Promise<void>> {
  await rename(join(folder, 'a'), join(folder, 'kept'));
  await writeFile(join(folder, 'a'), '');
  return async () => {
    await rm(join(folder, 'a'));
    await rename(join(folder, 'kept'), join(folder, 'a'));
  };
}

const mayLack = {
  instanceOf: OptionError,
  message: /version 1 is older than what is recorded.*may lack an alarm.*remove /,
};

test('after a write that failed a start asks, wherever that could be recorded, until all is written', async (t) => {
  const folder = await folderFor(t);
  const { files, timer } = watched(folder);
  let state = stateOf(1);
  const writer = files.writer('a', '1', () => state);
  writer.begun(10);
  writer.changed(true);
  await files.flush();
  t.false(writer.isUnsaved);
  const mend = await broken(folder);
  state = { ...state, isVoid: true };
  writer.alarmed();
  t.true(writer.isUnsaved, 'before it returns');
  t.true(files.writer('a', '2', () => state).isUnsaved, 'a successor as well');
  await mend();
  // The process is killed here: the state in the folder is that from before the alarm.
  t.false(JSON.parse(await readFile(join(folder, 'a/1.audit.json'), 'utf8')).isVoid);
  const message = await t.throwsAsync(found(folder), mayLack);
  await rm(/remove (\S+) to go on/.exec(message?.message ?? '')?.[1] ?? '');
  await t.throwsAsync(found(folder), mayLack, 'the note in the folder knows, too');
  // A reload in the process itself knows all, and it goes on.
  t.true((await files.read('a')).get('1')?.isVoid);
  await timer.pass(60_000);
  await files.flush();
  t.false(writer.isUnsaved);
  t.true((await found(folder))[1].isVoid);
});

test('a folder that is moved away under a write has its note told of the failure', async (t) => {
  const folder = await folderFor(t);
  const file = new StateFile(join(folder, 'a'), '1');
  file.writeBegun(10, '');
  await rename(join(folder, 'a'), join(folder, 'kept'));
  t.false(await file.hasNote());
  await writeFile(join(folder, 'a'), '');
  await t.throwsAsync(file.keepBegun(10, ''));
  t.true(file.recordFailure(10));
  file.forgetFailure();
  t.regex(await readFile(join(folder, 'kept/1.audit.json.begun'), 'utf8'), /^10 +unsaved/);
  file.close();
});

test('a failure while a note is being kept isn’t forgotten by it', async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, 'a/1.audit.json');
  let state = stateOf(1);
  let meanwhile: (() => Promise<void>) | undefined;
  class Slow extends StateFile {
    override async keepBegun(rows: number, mark: Mark): Promise<void> {
      await meanwhile?.();
      meanwhile = undefined;
      await super.keepBegun(rows, mark);
    }
  }
  const noFault = () => {};
  const writer = new StateWriter(
    new Slow(join(folder, 'a'), '1'),
    () => state,
    new FakeTimer(),
    noFault,
    noFault,
  );
  writer.begun(10);
  writer.changed(true);
  await writer.flush();
  await rm(`${path}.begun`);
  meanwhile = async () => {
    await rename(path, join(folder, 'a/whole'));
    await mkdir(join(path, 'in the way'), { recursive: true });
    state = { ...state, isVoid: true };
    writer.alarmed();
  };
  writer.changed();
  await writer.flush();
  t.true(writer.isUnsaved);
  writer.stop();
  await rm(path, { recursive: true });
  await rename(join(folder, 'a/whole'), path);
  const message = await t.throwsAsync(found(folder), mayLack);
  await rm(/remove (\S+) to go on/.exec(message?.message ?? '')?.[1] ?? '');
  await t.throwsAsync(found(folder), mayLack, 'the note knows, too');
});

test('a process that is killed at any moment starts by itself while the folder could be written', async (t) => {
  const folder = await folderFor(t);
  const { files } = watched(folder);
  let state = stateOf(1);
  const writer = files.writer('a', '1', () => state);
  const starts = async (isVoid: boolean) => t.is((await found(folder))[1]?.isVoid ?? false, isVoid);
  await starts(false);
  writer.begun(10);
  await starts(false);
  // An older state that is still being written replaces none that an alarm has voided.
  writer.changed(true);
  const older = files.flush();
  state = { ...state, isVoid: true };
  writer.alarmed();
  await starts(true);
  await older;
  await starts(true);
  writer.begun(20);
  await files.flush();
  await starts(true);
});

test('a state that is older than the last alarm, such as one from a backup, isn’t gone on from', async (t) => {
  const folder = await folderFor(t);
  const { files } = watched(folder);
  let state = stateOf(1);
  const writer = files.writer('a', '1', () => state);
  writer.changed(true);
  await files.flush();
  const path = join(folder, 'a/1.audit.json');
  await copyFile(path, `${path}.backup`);
  state = { ...state, isVoid: true };
  writer.alarmed();
  await writer.end();
  t.true((await found(folder))[1].isVoid);
  await rename(`${path}.backup`, path);
  await t.throwsAsync(found(folder), mayLack);
  await rm(path);
  await t.throwsAsync(found(folder), mayLack);
  await rm(`${path}.begun`);
  t.deepEqual(await found(folder), {});
});
