import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { htmlReport } from '../../../../lib/report/index.js';
import { complaints, hasBrowser, launch } from '../../../support/browser.js';
import { folderFor } from '../../../support/files.js';
import { bare, rich } from '../sample.js';

/** The report in a real browser. */

const test = anyTest as TestFn<{ browser: Browser }>;
const browserTest = hasBrowser ? test : test.skip;

if (hasBrowser) {
  test.before(async (t) => {
    t.context.browser = await launch();
  });
  test.after.always(async (t) => {
    await t.context.browser.close();
  });
}

const pages = new Map<object, Promise<string>>();

async function open(
  t: ExecutionContext<{ browser: Browser }>,
  data = rich,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; stated: string[] }> {
  const path = `${await folderFor(t)}/report.html`;
  const written = pages.get(data) ?? htmlReport(data);
  pages.set(data, written);
  await writeFile(path, await written);
  const context = await t.context.browser.newContext(options);
  t.teardown(() => context.close());
  const page = await context.newPage();
  const stated = complaints(page);
  await page.goto(pathToFileURL(path).href);
  return { page, stated };
}

browserTest(
  'chromium: the slider moves the promise, the plan, the certificate and the frontier’s dot',
  async (t) => {
    const { page, stated } = await open(t);
    const promise = page.locator('.lead');
    const slider = page.getByRole('slider', { name: 'Loss allowed' });
    const facts = page.locator('dl.facts');
    t.is(await promise.textContent(), rich.promise);
    t.is(await page.locator('#here').getAttribute('visibility'), 'hidden');
    const funnel = await page.locator('ol.funnel').innerHTML();

    await slider.fill('0');
    const [first] = rich.choices ?? [];
    t.is(await promise.textContent(), first.promise);
    t.regex((await facts.textContent()) ?? '', /simultaneous band.*0 of 1,537/s);
    t.not(await page.locator('ol.funnel').innerHTML(), funnel);
    t.is(await page.locator('#here').getAttribute('visibility'), 'visible');
    t.is(await slider.getAttribute('aria-valuetext'), 'at most 0.25 %: 3.98× expected');

    await page.getByRole('button', { name: 'As served' }).click();
    t.is(await promise.textContent(), rich.promise);
    t.is(await page.locator('ol.funnel').innerHTML(), funnel);
    t.true(await page.getByRole('button', { name: 'As served' }).isDisabled());
    t.deepEqual(stated, []);
  },
);

browserTest('chromium: with the keyboard alone', async (t) => {
  const { page, stated } = await open(t);
  await page.keyboard.press('Tab');
  t.is(await page.evaluate('document.activeElement.id'), 'epsilon');
  await page.keyboard.press('ArrowRight');
  const next = rich.choices?.[5];
  t.is(await page.locator('.lead').textContent(), next?.promise ?? '');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  t.is(await page.locator('.lead').textContent(), rich.promise);
  t.is(await page.evaluate('document.activeElement.id'), 'epsilon');
  t.deepEqual(stated, []);
});

browserTest('chromium: what a screen reader meets', async (t) => {
  const { page } = await open(t);
  const tree = await page.locator('main').ariaSnapshot();
  for (const part of [
    'heading "Spam or ham: 6,046 mails" [level=1]',
    'slider "Loss allowed"',
    'heading "Certificate" [level=2]',
  ])
    t.true(tree.includes(part), part);
  t.regex(tree, /img "Speedup certified for each epsilon/);
  t.regex(tree, /img "a digit that looks like a 4 or a 9"/);
});

for (const [name, options] of [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['a phone', { viewport: { width: 360, height: 740 }, isMobile: true }],
] as const) {
  browserTest(`chromium: ${name}: nothing too wide or too pale, and what scrolls says so`, async (t) => {
    const { page, stated } = await open(t, rich, options);
    const wide = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    t.is(wide, 0);
    const contrast = await page.evaluate(contrastOfText);
    t.true(Number(contrast) >= 4.5, `${contrast}`);
    const [bar, list] = (await page.evaluate(
      `['.funnel .bar', '.funnel'].map((part) => document.querySelector(part).getBoundingClientRect().width)`,
    )) as readonly number[];
    t.is(bar, list, 'a bar is as wide as the card');
    await page.evaluate('for (const part of document.querySelectorAll("details")) part.open = true');
    // A hint that the layout asks for may be shown a frame later. The page's own policy forbids what Playwright waits by.
    t.true(await page.evaluate(hintsSettle), 'a hint stands exactly where its box scrolls');
    const scrolls = await page.evaluate(
      '[...document.querySelectorAll(".scroll")].some((box) => box.scrollWidth > box.clientWidth)',
    );
    t.is(scrolls, name === 'a phone');
    t.deepEqual(stated, []);
  });
}

/** Runs in the page: whether hints come to stand where boxes scroll, within a hundred frames. */
const hintsSettle = `(async () => {
  const right = (box) => {
    const { visibility } = getComputedStyle(box.querySelector('.hint'));
    return (visibility === 'visible') === box.scrollWidth > box.clientWidth;
  };
  for (let frame = 0; frame < 100; frame++) {
    if ([...document.querySelectorAll('.scroll')].every(right)) return true;
    await new Promise(requestAnimationFrame);
  }
  return false;
})()`;

/** Runs in the page: the least contrast, by WCAG 2.1, of the colours that text has there on the cards. */
const contrastOfText = `(() => {
  const light = (name) => {
    const probe = document.createElement('i');
    probe.style.color = 'var(' + name + ')';
    document.body.append(probe);
    const [r, g, b] = getComputedStyle(probe).color.match(/[0-9.]+/g).map((c) => c / 255);
    probe.remove();
    const of = (c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * of(r) + 0.7152 * of(g) + 0.0722 * of(b);
  };
  const on = light('--card');
  return Math.min(...['--ink', '--muted', '--accent', '--alarm', '--warm'].map((name) => {
    const text = light(name);
    return (Math.max(on, text) + 0.05) / (Math.min(on, text) + 0.05);
  }));
})()`;

browserTest('chromium: without scripts the page is whole but for the slider', async (t) => {
  const { page, stated } = await open(t, rich, { javaScriptEnabled: false });
  t.is(await page.locator('.lead').textContent(), rich.promise);
  t.false(await page.locator('.chooser').isVisible());
  t.deepEqual(stated, []);
});

browserTest('chromium: a full model alone has no slider and no script', async (t) => {
  const { page, stated } = await open(t, bare);
  t.is(await page.locator('script').count(), 0);
  t.deepEqual(stated, []);
});
