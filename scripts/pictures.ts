import { fileURLToPath } from 'node:url';
import { complaints, launch } from '../test/support/browser.js';

/** Takes the pictures of docs from the report that `npm start` wrote: light, dark, and on a phone. */

const report = new URL('../out/report.html', import.meta.url);
const docs = new URL('../docs/', import.meta.url);

const browser = await launch();
const shots = [
  ['report.png', { viewport: { width: 1080, height: 1130 }, colorScheme: 'light' }, undefined],
  ['report-dark.png', { viewport: { width: 1080, height: 1130 }, colorScheme: 'dark' }, '4'],
  [
    'report-phone.png',
    { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true },
    undefined,
  ],
] as const;
for (const [name, options, moved] of shots) {
  const page = await (await browser.newContext(options)).newPage();
  const said = complaints(page);
  await page.goto(report.href);
  if (moved !== undefined) await page.locator('#epsilon').fill(moved);
  await page.screenshot({ path: fileURLToPath(new URL(name, docs)) });
  if (said.length > 0) throw new Error(`${name}: the page complains: ${said.join('; ')}`);
}
await browser.close();
