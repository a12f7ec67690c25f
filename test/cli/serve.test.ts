import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { portOf } from '../../serve/listening.js';
import { runEach } from '../support/commandLine.js';
import { folderFor } from '../support/files.js';
import { textModel } from '../support/servedModels.js';
import { publishText, startServer, urlOf } from '../support/serverProcess.js';

/** The command that serves, as a shell runs it: its streams, signals and exit codes. */

const model = textModel();

const publish = async (directory: string, at: string) => publishText(directory, at, await model);

async function labelsOf(url: string, path = 'models/mails/infer') {
  const { rows } = await model;
  const texts = (name: 'title' | 'body') => ({
    name,
    datatype: 'BYTES',
    shape: [8],
    data: rows.slice(0, 8).map((row) => row[name]),
  });
  const body = JSON.stringify({ inputs: [texts('title'), texts('body')], outputs: [{ name: 'label' }] });
  const response = await fetch(`${url}/v2/${path}`, { method: 'POST', body });
  const text = await response.text();
  return {
    status: response.status,
    labels: JSON.parse(text).outputs?.[0].data,
    version: JSON.parse(text).model_version,
  };
}

test('it says where it listens once models are warm, reloads by SIGHUP, and drains by SIGTERM', async (t) => {
  const directory = await folderFor(t);
  await publish(directory, 'mails/1');
  const server = startServer(t, [directory, '--port', '0', '--workers', '1', '--drain-delay', '0']);
  await server.has('out', /^listening on http:\/\/127\.0\.0\.1:\d+\n$/);
  t.true(server.printed.err.includes('mails/1: loaded\n'));
  const url = urlOf(server);
  const { cascade, rows } = await model;
  const expected = (await cascade.predict(rows.slice(0, 8))).labels;
  t.deepEqual(await labelsOf(url), { status: 200, labels: expected, version: '1' });
  await publish(directory, 'mails/2');
  server.child.kill('SIGHUP');
  await server.has('err', 'mails/2: loaded\n');
  t.deepEqual(await labelsOf(url), { status: 200, labels: expected, version: '2' });
  server.child.kill('SIGTERM');
  t.is(await server.exited, 0);
  await t.throwsAsync(fetch(`${url}/v2/health/live`));
});

test('SIGHUP while models are loaded, or without their folder, ends nothing', async (t) => {
  const directory = join(await folderFor(t), 'models');
  await publish(directory, 'mails/1');
  const server = startServer(t, [directory, '--port', '0', '--workers', '1', '--drain-delay', '0']);
  await server.has('err', 'mails/1: loaded\n');
  server.child.kill('SIGHUP');
  await server.has('out', 'listening on');
  // What the first signal had it read has been read once a second one is obeyed: else it would see half of a folder.
  await publish(directory, 'more/1');
  server.child.kill('SIGHUP');
  await server.has('err', 'more/1: loaded\n');
  await rm(directory, { recursive: true });
  server.child.kill('SIGHUP');
  await server.has('err', /spillway: .*ENOENT/);
  t.is((await labelsOf(urlOf(server))).status, 200);
  server.child.kill('SIGTERM');
  t.is(await server.exited, 0);
});

test('keys are read again by SIGHUP; a file that holds none changes nothing, and says why', async (t) => {
  const directory = join(await folderFor(t), 'models');
  await publish(directory, 'mails/1');
  const file = join(directory, '..', 'keys.json');
  const [before, after] = ['a-key-from-before', 'a-key-from-after!'];
  const keep = (key: string) => writeFile(file, JSON.stringify({ keys: [{ key, tenant: 'shop' }] }));
  await keep(before);
  const server = startServer(t, [directory, '--port', '0', '--workers', '1', '--keys', file]);
  await server.has('out', 'listening on');
  const statusWith = async (key: string) => {
    const response = await fetch(`${urlOf(server)}/v2`, { headers: { 'x-api-key': key } });
    return response.status;
  };
  t.deepEqual([await statusWith(before), await statusWith(after)], [200, 401]);
  await writeFile(file, '{ "keys": [{ "key": "cut off');
  server.child.kill('SIGHUP');
  await server.has('err', /'--keys': .*keys\.json: isn't JSON: see line 1, column \d+/);
  t.is(await statusWith(before), 200);
  await keep('short');
  server.child.kill('SIGHUP');
  await server.has('err', /'keys\[0\]\.key': expected 16 characters or more/);
  t.is(await statusWith(before), 200);
  await keep(after);
  server.child.kill('SIGHUP');
  await server.has('err', 'keys: read again');
  t.is(await statusWith(after), 200);
  t.is(await statusWith(before), 401);
  server.child.kill('SIGTERM');
  t.is(await server.exited, 0);
});

test('a model that can’t be loaded is named, and the others are served; JSON is one object', async (t) => {
  const directory = await folderFor(t);
  await publish(directory, 'mails/1');
  await mkdir(join(directory, 'empty/1'), { recursive: true });
  const server = startServer(t, [directory, '--port', '0', '--workers', '1', '--json']);
  await server.has('out', '\n');
  const { url, models } = JSON.parse(server.printed.out);
  t.deepEqual(
    models.map(({ name, state }: Readonly<Record<string, unknown>>) => [name, state]),
    [
      ['empty', 'UNAVAILABLE'],
      ['mails', 'READY'],
    ],
  );
  t.regex(server.printed.err, /^empty\/1: failed: it lacks model\.cascade/m);
  t.is((await labelsOf(url)).status, 200);
  server.child.kill('SIGINT');
  t.is(await server.exited, 130);
});

test('invalid options end it with exit code 2, and say what to do', async (t) => {
  const directory = await folderFor(t);
  const keys = join(directory, 'keys.json');
  await writeFile(keys, '{"key":[]}');
  const short = join(directory, 'short.json');
  await writeFile(short, '{"keys":[{"key":"short","tenant":"shop"}]}');
  const cases: readonly [readonly string[], RegExp][] = [
    [[join(directory, 'none')], /there is no folder/],
    [[keys], /keys\.json\S* is a file: it looks like JSON\. Expected a folder of models/],
    [
      [directory, '--host', '0.0.0.0'],
      /'--host': '0\.0\.0\.0' is reached by other machines: name a file of keys by --keys/,
    ],
    [[directory, '--port', '65536'], /Expected a port from 0 to 65535/],
    [[directory, '--overload-status', '500'], /Expected 429 or 503/],
    [[directory, '--allow-host', 'http://a.example'], /option '--allow-host': expected a name/],
    [[directory, '--cors', 'a.example'], /option '--cors': expected the origin of pages/],
    [[directory, '--keys', short], /option 'keys\[0\]\.key': expected 16 characters or more/],
    [[directory, '--keys', keys], /expected an object with "keys", "jwt" or both/],
    [
      [directory, '--keys', 'in-place-of-a-file'],
      /^(?!.*in-place).*'--keys': expected the path of a file with keys, and it can't be read \(ENOENT\)/,
    ],
  ];
  const ran = await runEach(cases.map(([args]) => [['serve', ...args], directory]));
  for (const [i, [, message]] of cases.entries()) {
    t.is(ran[i].code, 2, ran[i].err);
    t.regex(ran[i].err, message);
  }
});

test('a port that is taken: one line that says what to do, without a stack', async (t) => {
  const directory = await folderFor(t);
  const other = createServer().listen(0, '127.0.0.1');
  t.teardown(() => other.close());
  await once(other, 'listening');
  const port = portOf(other);
  const [{ code, out, err }] = await runEach([[['serve', directory, '--port', `${port}`], directory]]);
  t.deepEqual([code, out], [1, '']);
  t.is(
    err,
    `spillway: can't listen on port ${port} of 127.0.0.1: another program listens there. End that, or choose another ` +
      'port; with 0 the system chooses a free one (LISTEN)\n',
  );
});

test('each option has a variable of the environment, and counts before it', async (t) => {
  const directory = await folderFor(t);
  await publish(directory, 'mails/1');
  const keys = join(directory, 'keys.json');
  await writeFile(keys, '{"keys":[{"key":"a-key-of-the-shop","tenant":"shop"}]}');
  const server = startServer(t, [directory, '--port', '0'], undefined, {
    SPILLWAY_DRAIN_DELAY: '0',
    SPILLWAY_PORT: '1',
    SPILLWAY_HOST: 'localhost',
    SPILLWAY_KEYS: keys,
    SPILLWAY_WORKERS: '1',
    SPILLWAY_WATCH: 'false',
    SPILLWAY_JSON: 'true',
    SPILLWAY_CORS: 'https://shop.example,https://other.example',
    // What Kubernetes says of a Service by this name.
    SPILLWAY_GRPC_PORT: 'tcp://10.0.0.1:8081',
  });
  await server.has('out', '\n');
  const { url, grpc } = JSON.parse(server.printed.out);
  t.regex(url, /^http:\/\/localhost:(?!1$)\d+$/);
  t.is(grpc, undefined);
  t.is((await labelsOf(url)).status, 401);
  const answer = await fetch(`${url}/v2/health/live`, { headers: { origin: 'https://other.example' } });
  t.is(answer.headers.get('access-control-allow-origin'), 'https://other.example');
  server.child.kill('SIGTERM');
  t.is(await server.exited, 0);
});

test('help names the variable of every option, and a value that is wrong is named by its variable', async (t) => {
  const directory = await folderFor(t);
  const [{ out }] = await runEach([[['serve', '--help'], directory]]);
  const options = [...out.matchAll(/^ {2}(?:-\w, )?--([\w-]+)/gm)].map(([, name]) => name);
  t.true(options.length > 10);
  for (const name of options.filter((each) => each !== 'help'))
    t.regex(out, new RegExp(`env:\\s+SPILLWAY_${name.toUpperCase().replaceAll('-', '_')}\\)`), name);
  const secret = 'opaque-7secret';
  const cases: readonly [Record<string, string>, RegExp][] = [
    [{ SPILLWAY_PORT: 'http' }, /variable SPILLWAY_PORT can't be used\. Expected a whole number/],
    [{ SPILLWAY_PORT: '' }, /SPILLWAY_PORT/],
    [{ SPILLWAY_HOST: '0.0.0.0' }, /option 'SPILLWAY_HOST': its value is reached by other machines/],
    [{ SPILLWAY_HOST: '' }, /SPILLWAY_HOST can't be used\. It is empty/],
    [
      { SPILLWAY_KEYS: join(directory, 'no.json') },
      /option 'SPILLWAY_KEYS': expected the path of a file.* can't be read \(ENOENT\)/,
    ],
    [{ SPILLWAY_WATCH: 'maybe' }, /SPILLWAY_WATCH can't be used\. Expected true or false/],
    [{ SPILLWAY_OVERLOAD_STATUS: '500' }, /SPILLWAY_OVERLOAD_STATUS.*Expected 429 or 503/],
    [{ SPILLWAY_CORS: 'shop.example' }, /option 'SPILLWAY_CORS': expected the origin of pages/],
    [{ SPILLWAY_ALLOW_HOST: 'a.example,,b.example' }, /SPILLWAY_ALLOW_HOST.*commas between/],
    [{ SPILLWAY_ALLOW_HOST: 'http://a.example' }, /option 'SPILLWAY_ALLOW_HOST': expected a name/],
    // A secret in the variable of something else is shown nowhere.
    ...['PORT', 'WORKERS', 'LOG', 'READY', 'WATCH', 'PROBES', 'KEYS', 'CORS'].map(
      (name): [Record<string, string>, RegExp] => [
        { [`SPILLWAY_${name}`]: secret },
        new RegExp(`SPILLWAY_${name}\\b.*xpected`),
      ],
    ),
    [{ SPILLWAY_HOST: secret }, /'SPILLWAY_HOST': its value is reached by other machines/],
    [{ SPILLWAY_ALLOW_HOST: `a.example, ${secret}:` }, /'SPILLWAY_ALLOW_HOST': expected a name/],
    [{ SPILLWAY_CORS: `https://a.example, ${secret}` }, /'SPILLWAY_CORS': expected the origin/],
  ];
  const ran = await runEach(
    cases.map(([env]) => [['serve', directory], directory, { SPILLWAY_PORT: '0', ...env }]),
  );
  for (const [i, [, message]] of cases.entries()) {
    t.is(ran[i].code, 2, ran[i].err);
    t.regex(ran[i].err, message);
    t.notRegex(ran[i].out + ran[i].err, /opaque/);
  }
});

test('the number of probes is whole, by its option and by its variable', async (t) => {
  const directory = await folderFor(t);
  const wrong = ['-1', '0.5', 'six', '', ' ', '9007199254740992'];
  const ran = await runEach([
    ...wrong.map((text): Parameters<typeof runEach>[0][number] => [
      ['serve', directory, '--probes', text],
      directory,
    ]),
    ...wrong.map((text): Parameters<typeof runEach>[0][number] => [
      ['serve', directory],
      directory,
      { SPILLWAY_PROBES: text },
    ]),
  ]);
  for (const [i, { code, err }] of ran.entries()) {
    t.is(code, 2, err);
    t.regex(err, i < wrong.length ? /--probes <number>/ : /SPILLWAY_PROBES/);
  }
});
