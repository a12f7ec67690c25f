import test, { type ExecutionContext } from 'ava';
import type { Browser } from 'playwright-core';
import { accessOf } from '../../../serve/access/index.js';
import { httpServer } from '../../../serve/http/index.js';
import type { ModelLoad } from '../../../serve/scheduling/index.js';
import type { ServedModel } from '../../../serve/server.js';
import { statusPages } from '../../../serve/status/index.js';
import type { AbsentModel } from '../../../serve/status/snapshot.js';
import { hasBrowser, launch } from '../../support/browser.js';
import { FakeTimer } from '../../support/fakeTimer.js';
import { FakeBackend } from '../fakeBackend.js';
import { loadOf, modeOf, servedModel } from './models.js';

const KEY = 'key-of-the-operator-0123456789';

async function serving(
  models: () => readonly ServedModel<ModelLoad>[],
  keyed = false,
  index: readonly AbsentModel[] = [],
) {
  const pages = statusPages({
    models: { models, index: () => index, past: () => [] },
    timer: new FakeTimer(),
    refusals: { all: [] },
    faults: { count: 0 },
    lag: { quantile: () => 0 },
  });
  const access = keyed
    ? { access: await accessOf({ keys: [{ key: KEY, tenant: 'ops', rights: ['metrics' as const] }] }) }
    : {};
  const server = await httpServer(new FakeBackend(), { port: 0, pages, ...access });
  return { server, url: `http://127.0.0.1:${server.port}` };
}

test('data and metrics are fresh, and need the right to metrics; the page holds none and needs none', async (t) => {
  const { server, url } = await serving(() => [servedModel('mail', { x: 1 })], true);
  t.teardown(() => server.close());
  const page = await fetch(`${url}/`);
  t.is(page.status, 200);
  t.notRegex(await page.text(), /mail/);
  for (const path of ['/status.json', '/metrics']) {
    t.is((await fetch(url + path)).status, 401);
    const answer = await fetch(url + path, { headers: { authorization: `Bearer ${KEY}` } });
    t.is(answer.status, 200);
    t.is(answer.headers.get('cache-control'), 'no-store');
    t.regex(await answer.text(), /mail/);
  }
});

const inBrowser = hasBrowser ? test : test.skip;
let browser: Promise<Browser> | undefined;
test.after.always(async () => (await browser)?.close());

async function open(t: ExecutionContext) {
  browser ??= launch();
  const context = await (await browser).newContext();
  t.teardown(() => context.close());
  return context.newPage();
}

inBrowser(
  'the page in Chromium: models, promises, exits and alarms as they change, and names as text',
  async (t) => {
    const hostile = '<img src=x onerror=alert(1)>';
    let rows = 100;
    const alarmed = {
      alarms: [{ mode: 0, alarm: { loss: 'disagreement' } }] as never,
      state: { isVoid: true, evidence: 0, modes: [] },
    };
    const broken = { name: hostile, version: '7', state: 'UNAVAILABLE', reason: hostile };
    const models = () => {
      rows += 50;
      return [
        servedModel(
          'mail',
          { words: 5e6, mail: 1e6 },
          {
            memory: { own: 1e6, shared: 5e6, total: 6e6 },
            loads: [loadOf({ rows, exits: [75, 25], level: 1, p99Ms: 12 })],
          },
          [modeOf(0.01), modeOf(0.05)],
        ),
        servedModel(`${hostile}!`, { words: 5e6 }, { isVoid: true, audit: alarmed }),
      ];
    };
    const { server, url } = await serving(models, false, [broken]);
    t.teardown(() => server.close());
    const page = await open(t);
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    page.on('dialog', (dialog) => errors.push(dialog.message()));
    await page.goto(url);
    await page.locator('#models tr').nth(1).waitFor();
    const mail = (await page.locator('#models tr').first().textContent()) ?? '';
    for (const part of ['mail', 'READY', 'certified, 5 %', 'mode 1 of 2', '12 ms', '1.0 MB', '5.0 MB'])
      t.true(mail.includes(part), `${part} in ${mail}`);
    const other = (await page.locator('#models tr').nth(1).textContent()) ?? '';
    t.true(other.includes(hostile));
    t.true(other.includes('ALARM'));
    t.true(other.includes('void'));
    const absent = (await page.locator('#models tr').nth(2).textContent()) ?? '';
    t.is(absent, `${hostile}version 7UNAVAILABLE${hostile}`);
    t.is(await page.locator('#models img').count(), 0);
    t.is(await page.locator('.bar').first().getAttribute('aria-label'), 'stage 0: 75 %, stage 1: 25 %');
    t.is(await page.locator('.bar i.full').count(), 1);
    t.regex(
      (await page.locator('#summary').textContent()) ?? '',
      /2 models, 6\.0 MB, 11\.0 MB if nothing were shared/,
    );
    const before = rows;
    await page.waitForFunction((had) => fetch('/status.json').then(() => had > 0), before);
    t.true(rows > before);
    t.deepEqual(errors, []);
  },
);

inBrowser('where keys are needed, the page asks for one and keeps it for its tab', async (t) => {
  const { server, url } = await serving(() => [servedModel('mail', { x: 1 })], true);
  t.teardown(() => server.close());
  const page = await open(t);
  await page.goto(url);
  await page.locator('#key').waitFor();
  t.is(await page.locator('#models tr').count(), 0);
  await page.locator('#secret').fill(KEY);
  await page.locator('#key button').click();
  await page.locator('#models tr').first().waitFor();
  t.true(await page.locator('#key').isHidden());
});
