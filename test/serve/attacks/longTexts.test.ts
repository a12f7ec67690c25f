import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { folderFor } from '../../support/files.js';
import { featuresText } from '../../support/servedModels.js';
import { attacked, errorOf, model } from './attacked.js';

/** One tenant's texts that take long to compute, beside another tenant. */

/** A module that hangs for a title; and for all where a file is there. */
const hanging = (flag = '/nowhere/at/all') =>
  featuresText({
    title: `(() => { if (row.title === 'end' || existsSync(${JSON.stringify(flag)})) for (;;); return row.title; })()`,
    more: "import { existsSync } from 'node:fs';",
  });

test.serial(
  'texts of 14 MB are refused before a worker has them, and the model answers others',
  async (t) => {
    const { serving, ask, whileAsked, events } = await attacked(t, {
      'mails/1': featuresText(),
    });
    const body = 'word '.repeat(2_800_000);
    await whileAsked('mails', async () => {
      for (let i = 0; i < 3; i++) {
        const response = await ask('mails', [model.rows[0], { title: 'long', body }]);
        t.is(response.status, 413);
        t.regex(await errorOf(response), /row 1, input "body": a text of .* octets.*maxTextOctets/);
      }
    });
    t.true(serving.models.isModelReady('mails', undefined));
    t.deepEqual(
      events.map(({ what }) => what),
      ['loaded'],
    );
  },
);

test.serial('rows that end their thread are charged to their tenant, and the model stays', async (t) => {
  const options = { limits: { computeMs: 300 } };
  const { serving, ask, whileAsked } = await attacked(t, { 'mails/1': hanging() }, options);
  const bad = { title: 'end', body: 'of it' };
  await whileAsked('mails', async () => {
    const ended = await ask('mails', [bad]);
    t.is(ended.status, 500);
    t.regex(await errorOf(ended), /ended its thread/);
    for (let i = 0; i < 4; i++) {
      const refused = await ask('mails', [bad]);
      t.is(refused.status, 429);
      t.true(Number(refused.headers.get('retry-after')) > 0);
      t.regex(
        await errorOf(refused),
        /a request of tenant 'noisy' .*ended its thread.* are refused for \d+ s/,
      );
    }
  });
  t.true(serving.models.isModelReady('mails', undefined));
});

test.serial(
  'a model that hangs whatever it is asked is given up, though one tenant alone asks',
  async (t) => {
    const flag = join(await folderFor(t), 'hangs');
    const options = { limits: { computeMs: 300 } };
    const before = { 'mails/1': hanging(flag), 'others/1': featuresText() };
    const { serving, ask, whileAsked, events } = await attacked(t, before, options);
    t.is((await ask('mails', [model.rows[0]])).status, 200);
    await writeFile(flag, '');
    await whileAsked('others', async () => {
      t.is((await ask('mails', [model.rows[0]])).status, 500);
      while (serving.models.isModelReady('mails', undefined)) await new Promise((go) => setTimeout(go, 20));
    });
    const response = await ask('mails', [model.rows[0]]);
    t.is(response.status, 503);
    t.regex(await errorOf(response), /ended its thread again and again.*computed for more than 300 ms/);
    t.true(events.some(({ what, name }) => what === 'failed' && name === 'mails'));
  },
);
