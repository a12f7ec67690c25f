import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { build } from 'esbuild';
import { hasBrowser, launch } from './support/browser.js';
import { folderFor } from './support/files.js';
import type { serve } from './support/servedPage.js';
import { LEARNERS, tuneServed } from './support/tuneServed.js';

/** `spillway/runtime` in a page, bundled with code of a user's as users do: the answers are Node's. */

const browserTest = hasBrowser ? test : test.skip;

browserTest('chromium: a page loads a saved cascade and answers as Node does', async (t) => {
  const folder = await folderFor(t);
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL('./support/servedPage.ts', import.meta.url))],
    bundle: true,
    format: 'iife',
    globalName: 'page',
    platform: 'browser',
    write: false,
  });
  const browser = await launch();
  t.teardown(() => browser.close());
  const page = await browser.newPage();
  const stated: string[] = [];
  page.on('pageerror', (error) => stated.push(error.message));
  page.on('console', (message) => stated.push(message.text()));

  for (const learner of LEARNERS) {
    const { cascade, rows } = await tuneServed(learner);
    const path = join(folder, `${learner.name}.cascade`);
    await cascade.save(path);
    // Nothing leaves the browser: what it asks for is answered from here.
    const files = new Map<string, string | Buffer>([
      ['/', '<!doctype html><link rel="icon" href="data:,"><script src="page.js"></script>'],
      ['/page.js', bundle.outputFiles[0].text],
      ['/texts.cascade', await readFile(path)],
    ]);
    await page.route('**/*', (route) => {
      const body = files.get(new URL(route.request().url()).pathname);
      return body === undefined ? route.abort() : route.fulfill({ body });
    });
    await page.goto('http://spillway.test/');
    const answered = await page.evaluate<Awaited<ReturnType<typeof serve>>>(
      `page.serve(${JSON.stringify(rows)}, 'texts.cascade')`,
    );
    const { labels, scores, exits } = await cascade.predict(rows);
    t.deepEqual(
      answered,
      { labels, scores: [...scores], exits: [...exits], label: labels[0], refused: 'ArtifactError' },
      learner.name,
    );
    await page.unrouteAll();
  }
  t.deepEqual(stated, []);
});
