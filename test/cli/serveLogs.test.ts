import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { binary, runEach } from '../support/commandLine.js';
import { folderFor } from '../support/files.js';
import { textModel } from '../support/servedModels.js';
import { publishText, startServer, urlOf } from '../support/serverProcess.js';

/** What the command that serves tells while it does: its log, of requests too, and spans. */

const model = textModel();
const path = '/v2/models/mails/infer';

/** Asks for the labels of some rows. @returns the status */
async function ask(url: string, headers: Record<string, string> = {}): Promise<number> {
  const { rows } = await model;
  const input = (name: 'title' | 'body') => ({
    name,
    datatype: 'BYTES',
    shape: [8],
    data: rows.slice(0, 8).map((row) => row[name]),
  });
  const body = JSON.stringify({ inputs: [input('title'), input('body')], outputs: [{ name: 'label' }] });
  return (await fetch(url + path, { method: 'POST', body, headers })).status;
}

test('--log json: both streams are JSON alone, an object a line, with requests by --access-log', async (t) => {
  const directory = await folderFor(t);
  await publishText(directory, 'mails/1', await model);
  await mkdir(join(directory, 'empty/1'), { recursive: true });
  const server = startServer(t, [
    directory,
    '--port',
    '0',
    '--workers',
    '1',
    '--drain-delay',
    '0',
    '--log',
    'json',
    '--access-log',
  ]);
  await server.has('out', '\n');
  const { url } = JSON.parse(server.printed.out);
  t.is(await ask(url), 200);
  await server.has('err', '"request"');
  await rm(directory, { recursive: true });
  server.child.kill('SIGHUP');
  await server.has('err', 'ENOENT');
  t.is(await ask(url), 200);
  server.child.kill('SIGTERM');
  t.is(await server.exited, 0);
  const lines = server.printed.err
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  for (const { time, level, message } of lines) {
    t.is(new Date(time).toISOString(), time);
    t.regex(level, /^(?:info|error)$/);
    t.is(typeof message, 'string');
  }
  const find = (message: RegExp) => lines.filter((line) => message.test(line.message));
  t.like(find(/^mails\/1: loaded$/)[0], { level: 'info', model: 'mails', version: '1', event: 'loaded' });
  t.like(find(/^empty\/1: failed/)[0], { level: 'error', event: 'failed' });
  t.like(find(/ENOENT/)[0], { level: 'error', code: 'ENOENT' });
  t.is(find(/ends once requests are answered/).length, 1);
  const requests = find(/^request$/);
  t.is(requests.length, 2, 'the last one is printed before the end');
  t.like(requests[0], { method: 'POST', path, model: 'mails', tenant: 'anonymous', status: 200 });
});

test('--log json: what keeps it from starting is a line of JSON, too', async (t) => {
  const directory = await folderFor(t);
  const [wrong, other] = await runEach([
    [['serve', join(directory, 'none'), '--log', 'json'], directory],
    [['serve', directory, '--log', 'xml'], directory],
  ]);
  t.deepEqual([wrong.code, wrong.out], [2, '']);
  t.like(JSON.parse(wrong.err), { level: 'error' });
  t.regex(JSON.parse(wrong.err).message, /there is no folder/);
  t.is(other.code, 2);
  t.regex(other.err, /Expected text or json/);
});

/** Stands for an SDK: prints the spans that end, with the trace that they are of. */
const SDK = `
import { createRequire } from 'node:module';
const { trace } = createRequire(${JSON.stringify(pathToFileURL(binary).href)})('@opentelemetry/api');
trace.setGlobalTracerProvider({
  getTracer: () => ({
    startSpan(name, options, context) {
      const said = {};
      return {
        setAttribute: (key, value) => void (said[key] = value),
        end: () => console.error(JSON.stringify({ name, trace: trace.getSpanContext(context)?.traceId, ...options.attributes, ...said })),
      };
    },
  }),
});
`;

test('--spans: a request is a span of the trace that its header names', async (t) => {
  const directory = await folderFor(t);
  await publishText(directory, 'mails/1', await model);
  const preload = join(directory, '.sdk.mjs');
  await writeFile(preload, SDK);
  const server = startServer(
    t,
    [directory, '--port', '0', '--workers', '1', '--drain-delay', '0', '--spans'],
    ['--import', pathToFileURL(preload).href, binary, 'serve'],
  );
  await server.has('out', /^listening on/);
  const trace = '0af7651916cd43dd8448eb211c80319c';
  t.is(await ask(urlOf(server), { traceparent: `00-${trace}-b7ad6b7169203331-01` }), 200);
  await server.has('err', /spillway\.infer.*\n/);
  const span = /^\{.*\}$/m.exec(server.printed.err)?.[0] ?? '';
  t.like(JSON.parse(span), { name: 'spillway.infer', trace, 'spillway.model': 'mails', 'spillway.rows': 8 });
  server.child.kill('SIGTERM');
  t.is(await server.exited, 0);
});
