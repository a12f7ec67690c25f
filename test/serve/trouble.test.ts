import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { checkModels, serve } from '../../serve/index.js';
import { folderFor } from '../support/files.js';
import { featuresText, servingFolder, textModel } from '../support/servedModels.js';

/** Models whose code hangs, beside one that is right. */

let folder: string;
let program: URL;
test.before(async () => {
  ({ folder, program } = await servingFolder());
});
test.after.always(() => rm(folder, { recursive: true, force: true }));

/** Long enough for a model that doesn't hang, on a busy machine too. */
const LOAD_MS = 5_000;

test('a model that hangs in loading is named with its file, and the others are ready', async (t) => {
  const { cascade } = await textModel(1, 300, 0.2);
  const directory = await folderFor(t);
  const library = JSON.stringify(join(folder, 'library.mjs'));
  const right = featuresText().replace("'../../library.mjs'", library);
  for (const [name, text] of [
    ['hangs', 'await new Promise(() => {});'],
    ['right', right],
  ]) {
    const at = join(directory, name, '1');
    await mkdir(at, { recursive: true });
    await cascade.save(join(at, 'model.cascade'), { reference: 'rows' });
    await writeFile(join(at, 'features.js'), text);
  }
  const failed: string[] = [];
  const options = { directory, port: 0, workers: 2, program, limits: { loadMs: LOAD_MS } };
  const serving = await serve({
    ...options,
    onEvent: (event) => {
      if (event.what === 'failed') failed.push(`${event.name}: ${event.reason}`);
    },
  });
  t.teardown(() => serving.close());
  t.is(failed.length, 1);
  t.regex(failed[0], /^hangs: .*hangs\/1\/features\.js.* took more than 5000 ms/);
  t.is((await fetch(`${serving.url}/v2/health/ready`)).status, 200);
  t.is((await fetch(`${serving.url}/v2/models/right/ready`)).status, 200);
  const found = await checkModels(options);
  t.deepEqual(
    found.map(({ name, verdict, rows }) => [name, verdict, rows]),
    [
      ['hangs', null, 0],
      ['right', 'certified', 32],
    ],
  );
  t.regex(found[0].problem, /hangs\/1\/features\.js.* took more than 5000 ms/);
});
