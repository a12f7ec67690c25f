import { fileURLToPath } from 'node:url';
import test from 'ava';
import { build } from 'esbuild';
import { hasBrowser, launch } from '../../../support/browser.js';
import type { ask } from './page.js';
import { MailServer } from './server.js';

const entry = fileURLToPath(new URL('../../../../entries/client.ts', import.meta.url));

test('the client needs nothing of Node', async (t) => {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    write: false,
  });
  t.false(/\bimport\b[\s"'{*(]|\brequire\(|["']node:/.test(outputFiles[0].text));
});

const browserTest = hasBrowser ? test : test.skip;

browserTest('chromium: a page gets the answers of its server', async (t) => {
  const server = new MailServer();
  const url = await server.start();
  t.teardown(() => server.stop());
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL('./page.ts', import.meta.url))],
    alias: { 'spillway/client': entry },
    bundle: true,
    format: 'iife',
    globalName: 'page',
    platform: 'browser',
    target: 'es2022',
    write: false,
  });
  const browser = await launch();
  t.teardown(() => browser.close());
  const page = await browser.newPage();
  const html = '<!doctype html><link rel="icon" href="data:,">';
  await page.route(`${url}/`, (route) => route.fulfill({ body: html, contentType: 'text/html' }));
  await page.goto(`${url}/`);
  await page.addScriptTag({ content: bundle.outputFiles[0].text });
  const requested = await page.evaluate<Awaited<ReturnType<typeof ask>>>(
    `page.ask(location.origin, ["hi", "a longer one"])`,
  );
  const answer = { labels: ['short', 'long'], scores: [1, 0, 0, 1], exits: [0, 1], ready: true };
  t.deepEqual(requested, { answers: [answer, answer], unreachable: 'unreachable' });
  const [octets, , json] = server.seen;
  t.deepEqual(
    [octets, json].map(({ headers }) => [headers['content-type'], headers.authorization]),
    [
      ['application/octet-stream', 'Bearer k'],
      ['application/json', 'Bearer k'],
    ],
  );
});
