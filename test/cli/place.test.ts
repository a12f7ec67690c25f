import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { codePlace, placeIn } from '../../cli/place.js';

const folder = join('/', 'home', 'user');
const script = join(folder, 'pipeline.mjs');

test('lines of a stack: functions, modules, and what Node says of syntax', (t) => {
  const url = pathToFileURL(script).href;
  t.is(placeIn(`    at labels (${url}:3:7)`, folder), 'pipeline.mjs:3:7');
  t.is(placeIn(`    at ${url}:12:1`, folder), 'pipeline.mjs:12:1');
  t.is(placeIn(`    at async Promise.all (${script}:4:2)`, folder), 'pipeline.mjs:4:2');
  t.is(placeIn(`${url}:2`, folder), 'pipeline.mjs:2');
  t.is(placeIn(`    at ${url}:12:1`, join(folder, 'elsewhere')), `${script}:12:1`);
});

test('neither Node’s own code, nor packages, nor this library', (t) => {
  t.is(placeIn('    at ModuleJob.run (node:internal/modules/esm/module_job:325:25)', folder), undefined);
  t.is(placeIn(`    at x (${join(folder, 'node_modules', 'a', 'a.js')}:1:1)`, folder), undefined);
  t.is(
    placeIn(`    at y (${new URL('../../lib/features/define/define.ts', import.meta.url)}:1:1)`, folder),
    undefined,
  );
  t.is(placeIn('TypeError: the range 1:2 is none', folder), undefined);
});

test('what caused an error comes before the error', (t) => {
  const cause = new TypeError('a bug');
  cause.stack = `TypeError: a bug\n    at size (${script}:5:9)`;
  const error = new Error('the feature failed', { cause });
  error.stack = `Error: the feature failed\n    at tune (${script}:90:1)`;
  t.is(codePlace(error, folder), 'pipeline.mjs:5:9');
  t.is(codePlace('text', folder), undefined);
});
