import { deepEqual, equal, ok } from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { preview } from 'vite';
import { complaints, launch } from '../support/browser.js';

/**
 * The built site (`npm run docs`) in a real browser: nothing from another server, a search that finds, and a
 * phone's width kept. `.ci/run` runs this after the build, which takes half a minute of processor time; too much for `npm test`.
 */

const outDir = fileURLToPath(new URL('../../out/site', import.meta.url));
const server = await preview({
  build: { outDir },
  preview: { host: '127.0.0.1', port: 0 },
  logLevel: 'warn',
});
const home = server.resolvedUrls?.local[0] ?? '';
const browser = await launch();
const page = await browser.newPage();
const stated = complaints(page);

await page.goto(`${home}docs/features.html`);
await page.getByRole('button', { name: 'Search' }).click();
const field = page.getByRole('searchbox');
const best = page.locator('.result').first();
for (const [words, titles] of [
  ['choose epsilon', /How to.*Choose epsilon/s],
  ['missing values', /Features.*Missing values/s],
  ['frugal', /Comparison.*FrugalGPT/s],
] as const) {
  await field.fill(words);
  await best.filter({ hasText: titles }).waitFor();
}
await field.press('Enter');
await page.waitForURL(`${home}docs/comparison.html#frugalgpt`);

await page.emulateMedia({ colorScheme: 'dark' });
await page.setViewportSize({ width: 360, height: 740 });
for (const path of [
  '',
  'docs/features.html',
  'docs/learners.html',
  'docs/reference/spillway.html',
  'notebooks/how-it-works.html',
]) {
  await page.goto(`${home}${path}`);
  equal(await page.evaluate('document.documentElement.scrollWidth'), 360, path);
  ok(await page.evaluate("document.documentElement.classList.contains('dark')"), path);
  ok(((await page.locator('h1').boundingBox())?.y ?? Number.POSITIVE_INFINITY) < 400, path);
}
ok(await page.locator('figure.output svg').first().isVisible());
deepEqual(
  stated.filter((complaint) => !complaint.startsWith(`asked for ${home}`)),
  [],
);

await browser.close();
await server.close();
console.log(`${outDir} works in Chromium`);
