import { readFile } from 'node:fs/promises';
import test from 'ava';
import { VERSION } from '../../../lib/util/version.js';

test('the version that cascades carry is that of the package', async (t) => {
  const { version } = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8'));
  t.is(VERSION, version);
});
