import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { folderFor } from '../../support/files.js';
import { textModel } from '../../support/servedModels.js';
import { publishText, startServer, urlOf } from '../../support/serverProcess.js';
import { imageOf, metricOfPods, pathOf, podOf } from './files.js';

/** What the examples start, as plain processes: their commands with this machine's paths and ports. */

const package_ = fileURLToPath(new URL('../../../', import.meta.url));
const KEY = 'a-secret-of-16-letters';

/** Milliseconds in which a server that has drained ends what is unfinished, `drainMs`. */
const UNFINISHED_MS = 30_000;

for (const file of ['deployment', 'servingruntime'] as const) {
  test(`${file}: it starts, is ready, answers, drains by SIGTERM and ends in time`, async (t) => {
    const folder = await folderFor(t);
    const models = join(folder, 'models');
    await mkdir(models);
    await publishText(models, 'mails/1', await textModel(1, 300, 0.2));
    const keys = join(folder, 'keys.json');
    await writeFile(
      keys,
      JSON.stringify({ keys: [{ key: KEY, tenant: 'ops', rights: ['infer', 'metrics'] }] }),
    );
    const { container, graceSeconds } = await podOf(file);
    const [, program, ...command] = JSON.parse((await imageOf()).get('ENTRYPOINT') ?? '');
    const args = (container.args ?? []).map((arg) =>
      arg
        .replace(/^(\/mnt)?\/models$/, models)
        .replace('/keys/keys.json', keys)
        .replace('--host=0.0.0.0', '--host=127.0.0.1')
        .replace(/port=\d+$/, 'port=0'),
    );
    const ports = new Map(container.ports?.map(({ name, containerPort }) => [name, containerPort]));
    const stated = [...(container.args ?? []).join(' ').matchAll(/--(?:grpc-)?port=(\d+)/g)];
    t.deepEqual(
      [...ports.values()],
      stated.map(([, port]) => Number(port)),
    );
    const delay = Number(/--drain-delay=(\d+)/.exec(args.join(' '))?.[1]);
    t.true(1_000 * delay + UNFINISHED_MS < 1_000 * graceSeconds, 'the drain fits into the grace period');
    const main = program.replace('/node_modules/spillway/', package_);
    const server = startServer(t, args, [main, ...command]);
    await server.has('out', 'listening on http');
    const url = urlOf(server);
    const statusOf = async (path: string) => (await fetch(url + path)).status;
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'] as const)
      if (container[probe] !== undefined) {
        const { port = '' } = container[probe].httpGet ?? {};
        t.true(ports.has(String(port)) || [...ports.values()].includes(Number(port)), probe);
        t.is(await statusOf(pathOf(container[probe])), 200, `${probe}: ${server.printed.err}`);
      }
    const headers = { 'x-api-key': KEY };
    const body = JSON.stringify({
      inputs: ['title', 'body'].map((name) => ({ name, datatype: 'BYTES', shape: [1], data: ['dage'] })),
    });
    const infer = () => fetch(`${url}/v2/models/mails/infer`, { method: 'POST', headers, body });
    t.is((await infer()).status, 200);
    t.is(await statusOf('/v2/models/mails'), 401);
    const metrics = await (await fetch(`${url}/metrics`, { headers })).text();
    t.regex(metrics, new RegExp(`^${await metricOfPods()}\\{[^}]*model="mails"`, 'm'));
    server.child.kill('SIGTERM');
    while ((await statusOf(pathOf(container.readinessProbe))) === 200) await setTimeout(10);
    t.is((await infer()).status, 200, 'it still answers');
    t.is(await statusOf(pathOf(container.livenessProbe)), 200, 'it lives');
    const late = new AbortController();
    t.is(await Promise.race([server.exited, setTimeout(1_000 * graceSeconds, 'late', late)]), 0);
    late.abort();
  });
}
