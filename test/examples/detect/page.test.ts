import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { greyPng } from '../../../detect/image/index.js';
import { type Box, Detector } from '../../../entries/detect.js';
import { smallModel } from '../../detect/models.js';
import { noise } from '../../detect/training/scenes.js';
import { complaints, hasBrowser, launch } from '../../support/browser.js';
import { folderFor } from '../../support/files.js';

/** The page of examples/detect, bundled as its readers do it: it finds in Chromium what Node finds. */

const browserTest = hasBrowser ? test : test.skip;

const root = new URL('../../../', import.meta.url);
const detector = new Detector(smallModel(54));
const image = noise('cli', 40, 30);

/** The page's program and a browser, for all tests. */
const made = async () => ({
  bundle: await build({
    entryPoints: [fileURLToPath(new URL('examples/detect/page.ts', root))],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  }),
  browser: await launch(['--use-fake-device-for-media-stream']),
});
let given: ReturnType<typeof made> | undefined;
test.after.always(async () => (await given)?.browser.close());

/** @param other a browser in place of the shared one, which has a camera */
async function open(t: ExecutionContext, permissions: string[] = [], other?: Browser) {
  given ??= made();
  const { bundle, browser: shared } = await given;
  const browser = other ?? shared;
  const files = new Map<string, string>([
    ['/', await readFile(new URL('examples/detect/index.html', root), 'utf8')],
    ['/page.js', bundle.outputFiles[0].text],
  ]);
  const context = await browser.newContext({ permissions });
  t.teardown(() => context.close());
  const page = await context.newPage();
  const stated = complaints(page);
  await page.route('**/*', (route) => {
    const { pathname } = new URL(route.request().url());
    const body = files.get(pathname);
    const contentType = pathname === '/' ? 'text/html' : 'text/javascript';
    return body === undefined ? route.abort() : route.fulfill({ body, contentType });
  });
  await page.goto('http://localhost/');
  return { page, stated };
}

browserTest('chromium: the page finds in a file what Node finds', async (t) => {
  const folder = await folderFor(t);
  const path = (name: string) => join(folder, name);
  await writeFile(path('c.xml'), detector.toXml());
  await writeFile(path('a.png'), greyPng(image));
  await writeFile(path('broken.xml'), '<opencv_storage><c>');
  const { page, stated } = await open(t);
  const said = page.locator('#said');
  const saying = (pattern: RegExp) => said.filter({ hasText: pattern }).waitFor();

  await page.setInputFiles('#cascade', path('broken.xml'));
  await page.waitForFunction('!document.getElementById("said").value.startsWith("No cascade")');
  t.notRegex((await said.textContent()) ?? '', /found/);

  await page.setInputFiles('#cascade', path('c.xml'));
  await saying(/c\.xml: 3 stages \(haar\), windows of 8 x 8 pixels/);
  await page.setInputFiles('#picture', path('a.png'));
  await saying(/\d+ found in \d+ ms/);
  const boxes = async (): Promise<Box[]> =>
    JSON.parse((await page.locator('#canvas').getAttribute('data-boxes')) ?? '[]');
  t.deepEqual(await boxes(), detector.detect(image).boxes);
  t.true((await boxes()).length > 1);

  // The slider looks again.
  await page.locator('#neighbours').fill('1');
  const more = detector.detect(image, { minNeighbors: 1 }).boxes;
  await saying(new RegExp(`^${more.length} found`));
  t.deepEqual(await boxes(), more);
  t.deepEqual(
    stated.filter((text) => !text.startsWith('asked for http://localhost/')),
    [],
  );
});

browserTest('chromium: without a camera the page says so, and goes on', async (t) => {
  const browser = await launch();
  t.teardown(() => browser.close());
  const { page } = await open(t, [], browser);
  await page.locator('#camera').click();
  await page.waitForFunction('!document.getElementById("said").value.startsWith("No cascade")');
  t.regex((await page.locator('#said').textContent()) ?? '', /device|found|supported|denied|undefined/i);
  t.is(await page.locator('#camera').textContent(), 'Turn on');
});

browserTest('chromium: the page looks at what a camera sees, until it is turned off', async (t) => {
  const folder = await folderFor(t);
  await writeFile(join(folder, 'c.xml'), detector.toXml());
  const { page } = await open(t, ['camera']);
  const saying = (text: RegExp) => page.locator('#said').filter({ hasText: text }).waitFor();
  await page.setInputFiles('#cascade', join(folder, 'c.xml'));
  await saying(/3 stages/);
  await page.locator('#camera').click();
  await saying(/\d+ found in \d+ ms/);
  t.is(await page.locator('#camera').textContent(), 'Turn off');
  t.true(await page.locator('#canvas').isVisible());
  await page.locator('#camera').click();
  t.is(await page.locator('#camera').textContent(), 'Turn on');
});
