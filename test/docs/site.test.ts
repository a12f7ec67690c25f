import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { codePart, copy, css, outputPart, pageOf, search, turn } from '../../scripts/docs/page.js';
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
  await write('copy.js', copy);
  await write('index.js', `const SECTIONS = ${JSON.stringify(sections)};`);
  const browser = await launch();
  t.teardown(() => browser.close());
  const page = await browser.newPage();
  const stated = complaints(page);
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
  t.deepEqual(stated, []);
});

browserTest(
  'chromium: an example is copied as its program, and outputs keep to a phone’s width',
  async (t) => {
    const folder = await folderFor(t);
    const write = (name: string, text: string) => writeFile(join(folder, name), text);
    const program = "import { a } from 'b';\n\nconst given = a < 1 && '\\n';\n\ngiven;";
    const body = [
      '<h1>A page</h1>',
      codePart('given;', 'ts', program),
      codePart('alone;', 'ts', 'alone;'),
      codePart('npm start', 'sh', undefined),
      outputPart('output', `${'long '.repeat(100)}<b>`),
      outputPart('svg', '<svg viewBox="0 0 560 100" width="560" height="100"></svg>'),
      turn(undefined, { href: 'next.html', title: 'Another & one' }),
    ];
    await write('page.html', pageOf('A page', body.join(''), '', ''));
    await write('site.css', css);
    await write('search.js', search);
    await write('copy.js', copy);
    await write('index.js', 'const SECTIONS = [];');
    const browser = await launch();
    t.teardown(() => browser.close());
    const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
    const page = await context.newPage();
    const stated = complaints(page);
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(pathToFileURL(join(folder, 'page.html')).href);
    t.is(await page.evaluate('document.documentElement.scrollWidth'), 360);
    const [whole, alone, ...others] = await page.getByRole('button').all();
    t.is(others.length, 0, 'commands have none');
    t.deepEqual([await whole.textContent(), await alone.textContent()], ['Copy as a program', 'Copy']);
    await whole.click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    t.is(await page.evaluate('navigator.clipboard.readText()'), `${program}\n`);
    await alone.click();
    await page.waitForFunction("navigator.clipboard.readText().then((text) => text === 'alone;\\n')");
    t.is(await page.getByRole('link', { name: 'Next Another & one' }).getAttribute('href'), 'next.html');
    t.false(await page.getByText("from 'b'").isVisible());
    await page.getByText('The whole program').click();
    t.true(await page.getByText("from 'b'").isVisible());

    await page.reload();
    await page.evaluate("navigator.clipboard.writeText = () => Promise.reject(new Error('none here'))");
    await page.getByRole('button', { name: 'Copy as a program' }).click();
    await page.waitForFunction('getSelection().toString().includes("from \'b\'")');
    t.deepEqual(stated, []);
  },
);
