import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { build } from 'esbuild';
import { RequestError } from '../../../lib/protocol/messages/index.js';
import { accessOf } from '../../../serve/access/index.js';
import { portOf } from '../../../serve/listening.js';
import { hasBrowser, launch } from '../../support/browser.js';
import type { ask } from './corsPage.js';
import { serve } from './served.js';

/** The client in Chromium, on a page of another origin than the server's. */

const KEY = 'a-key-of-the-shop';

/** Pages of an origin of their own. A browser trusts none that its debugger makes up with a server of this machine. */
async function pages(t: ExecutionContext): Promise<string> {
  const server = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><link rel="icon" href="data:,">');
  }).listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${portOf(server)}`;
}

const browserTest = hasBrowser ? test : test.skip;

browserTest(
  'chromium: a page of a listed origin gets answers and errors, one of another origin none',
  async (t) => {
    const access = await accessOf({ keys: [{ key: KEY, tenant: 'shop' }] });
    const [listed, other] = [await pages(t), await pages(t)];
    const { backend, port } = await serve(t, { access, cors: [listed] });
    backend.screened = ({ version }) => {
      if (version === '1') throw new RequestError('overloaded', 'busy', 2500);
    };
    const bundle = await build({
      entryPoints: [fileURLToPath(new URL('./corsPage.ts', import.meta.url))],
      alias: { 'spillway/client': fileURLToPath(new URL('../../../entries/client.ts', import.meta.url)) },
      bundle: true,
      format: 'iife',
      globalName: 'page',
      platform: 'browser',
      target: 'es2022',
      write: false,
    });
    const browser = await launch();
    t.teardown(() => browser.close());
    const asked = async (origin: string) => {
      const page = await browser.newPage();
      await page.goto(`${origin}/`);
      await page.addScriptTag({ content: bundle.outputFiles[0].text });
      return page.evaluate<Awaited<ReturnType<typeof ask>> | string>(
        `page.ask("http://127.0.0.1:${port}", "${KEY}").catch((error) => error.reason)`,
      );
    };
    t.deepEqual(await asked(listed), { sums: [[3], [3]], refused: 401, retryAfter: '3' });
    const before = backend.calls.length;
    t.is(await asked(other), 'unreachable');
    t.is(backend.calls.length, before);
  },
);
