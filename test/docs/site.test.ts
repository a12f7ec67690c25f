import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { css, pageOf, search } from '../../scripts/docs/page.js';
import { complaints, hasBrowser, launch } from '../support/browser.js';
import { folderFor } from '../support/files.js';

/** Pages of the documentation in a real browser, from files. */

const browserTest = hasBrowser ? test : test.skip;

const sections = [
  { page: 'Changelog', title: 'Added', at: 'CHANGELOG.html#added', text: 'epsilon epsilon epsilon' },
  { page: 'How to', title: 'Choose epsilon', at: 'docs/how-to.html#choose', text: 'what to lose' },
  {
    page: 'Serving',
    title: 'Another one',
    at: 'docs/serving.html#another',
    text: 'epsilon may be chosen later',
  },
];

browserTest('chromium: a search without a network, and on a phone the text first', async (t) => {
  const folder = await folderFor(t);
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  await write('page.html', pageOf('A page', '<h1>A page</h1>', '<ul><li>one</li></ul>'.repeat(40), ''));
  await write('site.css', css);
  await write('search.js', search);
  await write('index.js', `const SECTIONS = ${JSON.stringify(sections)};`);
  const browser = await launch();
  t.teardown(() => browser.close());
  const page = await browser.newPage();
  const said = complaints(page);
  await page.goto(pathToFileURL(join(folder, 'page.html')).href);
  const found = page.locator('#found li');
  await page.getByRole('searchbox', { name: 'Search' }).fill('Epsilon');
  t.deepEqual(await found.allTextContents(), [
    'Choose epsilonHow to',
    'Another oneServing',
    'AddedChangelog',
  ]);
  t.is(await found.first().locator('a').getAttribute('href'), 'docs/how-to.html#choose');
  await page.getByRole('searchbox').fill('epsilon chos');
  t.deepEqual(await found.allTextContents(), ['Another oneServing']);
  await page.getByRole('searchbox').fill('epsilon forst');
  t.deepEqual(await found.allTextContents(), ['Nothing has all of these words.']);
  await page.getByRole('searchbox').fill('');
  t.is(await found.count(), 0);

  await page.setViewportSize({ width: 360, height: 740 });
  await page.reload();
  const { y = Number.POSITIVE_INFINITY } = (await page.locator('h1').boundingBox()) ?? {};
  t.true(y < 400, `${y}`);
  t.is(await page.evaluate('document.documentElement.scrollWidth'), 360);
  await page.getByText('Pages').click();
  t.true(await page.getByText('one').first().isVisible());
  t.deepEqual(said, []);
});
