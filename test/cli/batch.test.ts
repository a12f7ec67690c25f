import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { actingRows, type BatchWorld, batchWorld, linesOf } from '../support/batchWorld.js';
import { binary, run, runEach } from '../support/commandLine.js';
import { folderFor } from '../support/files.js';

/** Runs over files as a shell starts them: results, exit codes and signals. */

let world: BatchWorld;
test.before(async () => {
  world = await batchWorld();
});
test.after.always(() => world?.close());

test('a run, what it has, whether it stands, and the digest of its shards', async (t) => {
  const folder = await folderFor(t);
  await writeFile(join(folder, 'rows.jsonl'), linesOf(actingRows(20)));
  const args = (...more: string[]) => [
    'batch',
    'run',
    world.model,
    'rows.jsonl',
    '--rows',
    '5',
    '-k',
    'id',
    ...more,
  ];
  const [dry, whole, part, lacking, verified] = await runEach(
    [
      args('--out', 'out', '--dry-run', '--json'),
      args('--out', 'out', '--workers', '2', '--json'),
      args('--out', 'part', '--shard', '1/2'),
      ['batch', 'status', 'part', '--json'],
      ['batch', 'verify', 'out', '--inputs', 'rows.jsonl'],
    ].map((each) => [each, folder]),
  );
  t.like(JSON.parse(dry.out), { rows: 20, units: 4, left: { units: 4 } });
  t.is(whole.code, 0, whole.err);
  t.like(JSON.parse(whole.out), { answered: 4, units: 4, done: 4, failed: [], missing: [], rows: 20 });
  t.is(part.code, 0);
  t.regex(part.out, /^2 units answered\n2 of 4 units are done, 0 set aside, 2 missing\nrows +10\n/);
  t.is(lacking.code, 3);
  t.like(JSON.parse(lacking.out), { done: 2, missing: [0, 2] });
  t.deepEqual(verified, { code: 0, out: '4 units verified, 0 have changed\n', err: '' });
  // The other shard by the number that Slurm gives it.
  const slurm = {
    SLURM_ARRAY_TASK_ID: '3',
    SLURM_ARRAY_TASK_MIN: '3',
    SLURM_ARRAY_TASK_STEP: '1',
    SLURM_ARRAY_TASK_COUNT: '2',
  };
  const child = spawn(process.execPath, [binary, ...args('--out', 'other', '--shard', 'auto')], {
    cwd: folder,
    env: { ...process.env, ...slurm },
    stdio: 'ignore',
  });
  t.deepEqual(await once(child, 'exit'), [0, null]);
  const [status, digest] = await runEach(
    [
      ['batch', 'status', 'part', 'other'],
      ['batch', 'digest', 'part', 'other', '--json'],
    ].map((each) => [each, folder]),
  );
  t.is(status.code, 0);
  t.regex(status.out, /^4 of 4 units are done/);
  t.is(JSON.parse(digest.out).rows, 20);
});

test('a poison row sets its unit aside: exit code 42, until it may be done again', async (t) => {
  const folder = await folderFor(t);
  const rows = actingRows(10).map((row, i) => (i === 7 ? { ...row, act: 'throw' } : row));
  await writeFile(join(folder, 'rows.jsonl'), linesOf(rows));
  const [poisoned, status, digest, retry] = await runEach(
    [
      ['batch', 'run', world.model, 'rows.jsonl', '--rows', '5', '--out', 'out', '-w', '1'],
      ['batch', 'status', 'out'],
      ['batch', 'digest', 'out', '--key', 'id'],
      ['batch', 'retry', 'out'],
    ].map((each) => [each, folder]),
  );
  t.is(poisoned.code, 42);
  t.is(status.code, 3);
  t.regex(
    status.out,
    /^1 of 2 units are done, 1 set aside, 0 missing\n[\s\S]*set aside: unit 1 of rows\.jsonl .*row 2 of it.*poison.*\(POISON\)/,
  );
  t.is(digest.code, 3);
  t.regex(digest.out, /^[0-9a-f]{64} {2}5 rows\n$/);
  t.regex(digest.err, /^1 units are missing or set aside/);
  t.is(retry.out, '1 units may be done again: spillway batch run\n');
});

test('a run that ends without all units of its shard says so: exit code 3, until it is run again', async (t) => {
  const folder = await folderFor(t);
  const link = join(folder, 'link');
  const rows = actingRows(10).map((row, i) => (i === 7 ? { ...row, act: `append ${link}` } : row));
  await writeFile(join(folder, 'rows.jsonl'), linesOf(rows));
  const args = ['batch', 'run', world.model, 'rows.jsonl', '--rows', '5', '--out', 'out', '-w', '1'];
  const part = await run([...args, '--shard', '0/2'], folder);
  t.is(part.code, 0, part.err);
  // A row of the other unit writes to this one's output.
  const units = join(folder, 'out', 'units');
  await symlink(join(units, (await readdir(units))[0]), link);
  const torn = await run(args, folder);
  t.is(torn.code, 3, torn.err);
  t.regex(torn.out, /1 of 2 units are done, 0 set aside, 1 missing/);
  t.is((await run(args, folder)).code, 0);
});

test('no credential of the environment or of a module is in what a run writes and says', async (t) => {
  const folder = await folderFor(t);
  const model = join(world.folder, 'secretive');
  await mkdir(model);
  await copyFile(join(world.model, 'model.cascade'), join(model, 'model.cascade'));
  const features = await readFile(join(world.model, 'features.js'), 'utf8');
  await writeFile(
    join(model, 'features.js'),
    `${features}\nexport const store = new URL('https://reader:p4ssw0rd@store.example/');`,
  );
  const rows = actingRows(10).map((row, i) => (i === 7 ? { ...row, act: 'throw' } : row));
  await writeFile(join(folder, 'rows.jsonl'), linesOf(rows));
  const args = ['batch', 'run', model, 'rows.jsonl', '--rows', '5', '--out', 'out', '-w', '1'];
  const child = spawn(process.execPath, [binary, ...args], {
    cwd: folder,
    env: { ...process.env, STORE_TOKEN: 't0ken-of-the-store' },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (said += piece));
  t.deepEqual(await once(child, 'close'), [42, null]);
  t.regex(said, /poison/);
  const entries = await readdir(join(folder, 'out'), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  t.true(files.length >= 5);
  for (const { parentPath, name } of files)
    said += `${name} ${await readFile(join(parentPath, name), 'utf8')}`;
  t.notRegex(said, /p4ssw0rd|reader:|t0ken|STORE_TOKEN/);
});

test('what can’t be right is refused by its name, and nothing is written', async (t) => {
  const folder = await folderFor(t);
  const files = {
    'a.csv': 'id,x\n1,2\n',
    'b.csv': 'id,y\n1,2\n',
    'cut.arrow': 'ARROW1',
    'damaged.parquet': 'PAR1 and no more',
    'rows.jsonl': linesOf(actingRows(2)),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const command = ['batch', 'run', world.model, 'rows.jsonl'];
  const cases: [string[], number, RegExp][] = [
    [command, 2, /--out/],
    [[...command, '--out', 'out', '--shard', '2/2'], 2, /--shard.*counted from 0/],
    [[...command, '--out', 'out', '--shard', 'auto'], 2, /JOB_COMPLETION_INDEX/],
    [[...command, '--out', 'out', '--types', 'x=float'], 2, /age=number/],
    [[...command, '--out', 'out', '--format', 'arrow'], 2, /jsonl/],
    [
      [...command, '--out', 'out', '--expect', 'aaaaaaaaaaaa-bbbbbbbbbbbb-0.1.0-cccccccccccc'],
      43,
      /artifact/,
    ],
    [['batch', 'run', 'gone', 'rows.jsonl', '--out', 'out'], 2, /MODEL.*gone/],
    [['batch', 'run', world.model, 'gone.jsonl', '--out', 'out'], 1, /gone\.jsonl/],
    ...[['cut.arrow'], ['damaged.parquet'], ['a.csv', 'b.csv']].map((inputs): [string[], number, RegExp] => [
      ['batch', 'run', world.model, ...inputs, '--out', 'out', '--dry-run'],
      44,
      new RegExp(`${inputs.at(-1)}.*\\(TABLE\\)`),
    ]),
    [['batch', 'status', '.'], 2, /no run/],
  ];
  const ran = await runEach(cases.map(([args]) => [args, folder]));
  for (const [i, [, code, message]] of cases.entries()) {
    t.is(ran[i].code, code, ran[i].err);
    t.regex(ran[i].err, message);
  }
  t.deepEqual(await readdir(folder), Object.keys(files));
});

test('a signal ends a run between units, and the next run goes on', async (t) => {
  const folder = await folderFor(t);
  await writeFile(
    join(folder, 'rows.jsonl'),
    linesOf(actingRows(60).map((row) => ({ ...row, act: 'slow' }))),
  );
  const args = [
    'batch',
    'run',
    world.model,
    'rows.jsonl',
    '--rows',
    '10',
    '--out',
    'out',
    '-w',
    '1',
    '--json',
  ];
  for (const [signal, code] of [
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const) {
    const child = spawn(process.execPath, [binary, ...args], { cwd: folder, stdio: 'ignore' });
    t.teardown(() => child.kill('SIGKILL'));
    const exited = once(child, 'exit');
    const before = (await readdir(join(folder, 'out', 'done')).catch(() => [])).length;
    while (
      child.exitCode === null &&
      (await readdir(join(folder, 'out', 'done')).catch(() => [])).length === before
    )
      await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill(signal);
    t.deepEqual(await exited, [code, null]);
  }
  const units = await readdir(join(folder, 'out', 'units'));
  t.true(units.length >= 2 && units.length < 6 && units.every((name) => name.endsWith('.jsonl')));
  t.like(JSON.parse((await run(args, folder)).out), { done: 6, answered: 6 - units.length });
});
