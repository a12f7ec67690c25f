import { fileURLToPath } from 'node:url';
import test from 'ava';
import { build } from 'esbuild';
import { RequestError } from '../../../lib/protocol/messages/index.js';
import { accessOf } from '../../../serve/access/index.js';
import { hasBrowser, launch } from '../../support/browser.js';
import type { ask } from './corsPage.js';
import { serve } from './served.js';

/** The client in Chromium, on a page of another origin than the server's. */

const PAGE = 'http://localhost:1';
const KEY = 'a-key-of-the-shop';

const browserTest = hasBrowser ? test : test.skip;

browserTest(
  'chromium: a page of a listed origin gets answers and errors, one of another origin none',
  async (t) => {
    const access = await accessOf({ keys: [{ key: KEY, tenant: 'shop' }] });
    const { backend, port } = await serve(t, { access, cors: [PAGE] });
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
      const body = '<!doctype html><link rel="icon" href="data:,">';
      await page.route(`${origin}/`, (route) => route.fulfill({ body, contentType: 'text/html' }));
      await page.goto(`${origin}/`);
      await page.addScriptTag({ content: bundle.outputFiles[0].text });
      return page.evaluate<Awaited<ReturnType<typeof ask>> | string>(
        `page.ask("http://127.0.0.1:${port}", "${KEY}").catch((error) => error.reason)`,
      );
    };
    t.deepEqual(await asked(PAGE), { sums: [[3], [3]], refused: 401, retryAfter: '3' });
    const before = backend.calls.length;
    t.is(await asked('http://localhost:2'), 'unreachable');
    t.is(backend.calls.length, before);
  },
);
