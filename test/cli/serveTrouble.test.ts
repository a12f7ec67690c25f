import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'ava';
import { run } from '../support/commandLine.js';
import { folderFor } from '../support/files.js';
import { featuresText, textModel } from '../support/servedModels.js';
import { publishText, startServer, urlOf } from '../support/serverProcess.js';

/** Models with something wrong, beside one that is right: told by their files, and no trouble of the others. */

const model = textModel(1, 300, 0.2);

/** @param names of models with nothing wrong */
async function directoryOf(folder: string, ...names: string[]): Promise<string> {
  for (const name of names) await publishText(folder, `${name}/1`, await model);
  return folder;
}

/** It is moved in as it is: a server that watches never sees it whole. */
async function cut(folder: string, at: string): Promise<void> {
  const aside = join(folder, '.aside');
  await publishText(aside, at, await model);
  const path = join(aside, at, 'model.cascade');
  await writeFile(path, (await readFile(path)).subarray(0, 5_000));
  await mkdir(dirname(join(folder, at)), { recursive: true });
  await rename(join(aside, at), join(folder, at));
}

async function spoilt(folder: string): Promise<void> {
  await mkdir(join(folder, 'typo/1'), { recursive: true });
  await writeFile(join(folder, 'typo/model.json'), '{ "versions": "all", }');
  await cut(folder, 'cut/1');
  await symlink('loop', join(folder, 'loop'));
}

const WRONG: readonly RegExp[] = [
  /^cut\/1: failed: 'cut\/1\/model\.cascade': the artifact is damaged/m,
  /^loop: failed: ELOOP/m,
  /^typo: failed: option 'typo\/model\.json': isn't JSON/m,
];

const ready = async (url: string) => (await fetch(`${url}/v2/health/ready`)).status;

test('each is named on stderr with its file, the others answer, and the server is ready', async (t) => {
  const directory = await directoryOf(await folderFor(t), 'mails');
  await spoilt(directory);
  const server = startServer(t, [directory, '--port', '0', '--workers', '1', '--drain-delay', '0']);
  await server.has('out', 'listening on');
  for (const line of WRONG) t.regex(server.printed.err, line);
  t.false(server.printed.err.includes(directory), 'files are named below the directory');
  const url = urlOf(server);
  t.is(await ready(url), 200);
  t.is((await fetch(`${url}/v2/models/mails/ready`)).status, 200);
  t.is((await fetch(`${url}/v2/models/cut/ready`)).status, 503);
  server.child.kill('SIGTERM');
  t.is(await server.exited, 0);
});

test('with --ready strict every model must answer; none is enough nowhere', async (t) => {
  const args = ['--port', '0', '--workers', '1', '--drain-delay', '0'];
  const directory = await directoryOf(await folderFor(t), 'mails');
  const strict = startServer(t, [directory, ...args, '--ready', 'strict', '--watch']);
  await strict.has('out', 'listening on');
  t.is(await ready(urlOf(strict)), 200);
  await cut(directory, 'cut/1');
  await strict.has('err', /^cut\/1: failed/m);
  t.is(await ready(urlOf(strict)), 503);
  await rm(join(directory, 'mails'), { recursive: true });
  const none = startServer(t, [directory, ...args]);
  await none.has('out', 'listening on');
  t.is(await ready(urlOf(none)), 503, 'all have failed');
  for (const { child, exited } of [strict, none]) {
    child.kill('SIGTERM');
    t.is(await exited, 0);
  }
});

test('a broken new version, or settings with a typo, leave a server ready, by either rule', async (t) => {
  const directory = await directoryOf(await folderFor(t), 'mails');
  const args = ['--port', '0', '--workers', '1', '--watch', '--drain-delay', '0', '--ready', 'strict'];
  const server = startServer(t, [directory, ...args]);
  await server.has('out', 'listening on');
  const url = urlOf(server);
  await cut(directory, 'mails/2');
  await server.has('err', /^mails\/2: failed: 'mails\/2\/model\.cascade'/m);
  t.is(await ready(url), 200);
  await writeFile(join(directory, 'mails/model.json'), '{');
  await server.has('err', /^mails: failed: option 'mails\/model\.json'/m);
  t.is(await ready(url), 200);
  await publishText(directory, 'mails/2', await model);
  await writeFile(join(directory, 'mails/model.json'), '{}');
  await server.has('err', 'mails/2: loaded');
  server.child.kill('SIGTERM');
  t.is(await server.exited, 0);
});

test('--check answers the rows in each file, says what is wrong, and ends with 1', async (t) => {
  const directory = await directoryOf(await folderFor(t), 'mails', 'other');
  const right = await run(['serve', directory, '--check']);
  t.deepEqual(
    [right.code, right.out, right.err],
    [
      0,
      'mails/1: certified, 32 rows of its file answered\n' +
        'other/1: certified, 32 rows of its file answered\n2 checked, nothing is wrong\n',
      '',
    ],
  );
  await spoilt(directory);
  await publishText(directory, 'changed/1', await model, featuresText({ title: 'row.body' }));
  const throwing = (await readFile(join(directory, 'mails/1/features.js'), 'utf8')).replace(
    'row.body',
    '(() => { throw new Error("no body"); })()',
  );
  await publishText(directory, 'throws/1', await model, throwing);
  const wrong = await run(['serve', directory, '--check', '--json']);
  t.is(wrong.code, 1);
  const { models, ...rest } = JSON.parse(wrong.out);
  t.deepEqual(rest, { right: false });
  const problems = new Map(
    models.map(({ name, problem }: Readonly<Record<string, string>>) => [name, problem]),
  );
  t.deepEqual(
    [...problems].filter(([, problem]) => problem === '').map(([name]) => name),
    ['mails', 'other'],
  );
  t.regex(`${problems.get('throws')}`, /no body/);
  t.regex(`${problems.get('changed')}`, /its certificate is void: feature 'title' gives row/);
  t.regex(`${problems.get('cut')}`, /'cut\/1\/model\.cascade'/);
  t.regex(`${problems.get('typo')}`, /'typo\/model\.json'/);
});

test('--check of a directory without models ends with 1', async (t) => {
  const directory = await folderFor(t);
  const { code, out } = await run(['serve', directory, '--check']);
  t.is(code, 1);
  t.regex(out, /^there is no model in .*: expected NAME\/VERSION\/model\.cascade/);
});
