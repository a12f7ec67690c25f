import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import { folderFor } from '../../support/files.js';
import { featuresText } from '../../support/servedModels.js';
import { attacked } from './attacked.js';

/** Versions that hang or take long in loading, beside a model that is asked. */

/** A module that says how often it was imported, and waits without a turn of its thread for a file each time. */
const waiting = (at: string, busyMs = 0) =>
  featuresText({
    more: `
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
const at = ${JSON.stringify(at)};
const end = performance.now() + ${busyMs};
while (performance.now() < end);
const time = readdirSync(at).filter((name) => name.startsWith('begun')).length + 1;
writeFileSync(at + '/begun ' + time, '');
while (!existsSync(at + '/go ' + time));`,
  });

/** Once a module is imported for the n-th time. */
async function begun(at: string, time: number): Promise<void> {
  const { existsSync } = await import('node:fs');
  while (!existsSync(join(at, `begun ${time}`))) await setTimeout(10);
}

test.serial(
  'others answer while a version is imported, on a spare thread and beside the worker',
  async (t) => {
    const { serving, publish, whileAsked } = await attacked(t, { 'mails/1': featuresText() });
    const at = await folderFor(t);
    // Long enough not to be loaded in place.
    await publish('slow/1', waiting(at, 400));
    const loading = serving.models.load('slow');
    for (const time of [1, 2]) {
      await begun(at, time);
      await whileAsked('mails', () => setTimeout(100));
      await writeFile(join(at, `go ${time}`), '');
    }
    await loading;
    await whileAsked('slow', () => whileAsked('mails', () => setTimeout(50)));
  },
);

test.serial(
  'a version that hangs in loading is named with its file, and others are loaded meanwhile',
  async (t) => {
    const options = { limits: { loadMs: 2_000 } };
    const before = { 'a-hang/1': featuresText({ more: 'for (;;);' }), 'mails/1': featuresText() };
    const { serving, publish, whileAsked, events } = await attacked(t, before, options);
    t.deepEqual(
      events.map(({ name, what }) => `${name} ${what}`),
      ['mails loaded', 'a-hang failed'],
    );
    const reason = (name: string) => serving.models.index().find((each) => each.name === name)?.reason ?? '';
    t.regex(reason('a-hang'), /a-hang\/1\/features\.js.*took more than 2000 ms/);
    await whileAsked('mails', async () => {
      const hanging = t.throwsAsync(serving.models.load('a-hang'), { message: /a-hang\/1\/features\.js/ });
      await publish('more/1');
      await serving.models.load('more');
      t.true(serving.models.isModelReady('more', undefined));
      await hanging;
    });
  },
);

test.serial('closing doesn’t wait for a version that hangs in loading', async (t) => {
  const { serving, publish } = await attacked(t, { 'mails/1': featuresText() });
  await publish('hangs/1', featuresText({ more: 'for (;;);' }));
  const loading = t.throwsAsync(serving.models.load('hangs'));
  await setTimeout(50);
  await serving.close();
  await loading;
});
