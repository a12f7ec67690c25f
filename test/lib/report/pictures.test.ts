import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import test from 'ava';
import { htmlReport } from '../../../lib/report/index.js';
import { atLength } from '../../support/atLength.js';
import { complaints, hasBrowser, launch } from '../../support/browser.js';
import { folderFor } from '../../support/files.js';
import { rich } from './sample.js';

/**
 * The pictures of docs, taken in a real browser: light, dark with another epsilon, and on a phone. `npm run pictures` has them
 * of the report that `npm start` wrote, and puts them into docs; `npm run test:long` has them of a made-up report,
 * and keeps none.
 */

const isForDocs = process.argv.includes('--docs');
const written = new URL('../../../out/report.html', import.meta.url);
const docs = new URL('../../../docs/', import.meta.url);

const desktop = { width: 1080, height: 1130 };
const shots = [
  { name: 'report.png', options: { viewport: desktop, colorScheme: 'light' } },
  { name: 'report-dark.png', options: { viewport: desktop, colorScheme: 'dark' }, moved: '4' },
  {
    name: 'report-phone.png',
    options: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true },
  },
] as const;

const taken = isForDocs || atLength(false, true);
const browser = hasBrowser && taken ? launch() : undefined;
test.after.always(async () => (await browser)?.close());

for (const shot of shots) {
  const { name, options } = shot;
  const scale = 'deviceScaleFactor' in options ? options.deviceScaleFactor : 1;
  const size = [scale * options.viewport.width, scale * options.viewport.height];

  test.serial(`docs/${name} has its size`, async (t) => {
    t.deepEqual(sizeOf(await readFile(new URL(name, docs))), size);
  });

  if (!taken) continue;
  const taking = browser === undefined ? test.skip : test.serial;
  taking(`chromium: docs/${name} is taken without a complaint`, async (t) => {
    const folder = await folderFor(t);
    const context = await (browser ?? launch()).then((opened) => opened.newContext(options));
    t.teardown(() => context.close());
    const page = await context.newPage();
    const stated = complaints(page);
    if (!isForDocs) await writeFile(`${folder}/report.html`, await htmlReport(rich));
    await page.goto(isForDocs ? written.href : pathToFileURL(`${folder}/report.html`).href);
    if ('moved' in shot) {
      // The range has as many stops as there are choices.
      const last = await page.locator('#epsilon').getAttribute('max');
      await page.locator('#epsilon').fill(Number(last) < Number(shot.moved) ? `${last}` : shot.moved);
    }
    const path = isForDocs ? fileURLToPath(new URL(name, docs)) : `${folder}/${name}`;
    await page.screenshot({ path });
    t.deepEqual(stated, []);
    t.deepEqual(sizeOf(await readFile(path)), size);
  });
}

/** Width and height as a PNG has them, in its first chunk. */
function sizeOf(png: Buffer): [number, number] {
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}
