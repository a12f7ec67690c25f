import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'ava';
import { CodeError } from '../../../../lib/errors.js';
import { isUnchanged, readCode } from '../../../../lib/util/code/index.js';
import { folderFor } from '../../../support/files.js';

async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

const FILES = {
  'features.js': "import { a } from './parts/a.js'; import fs from 'node:fs'; export default a;",
  'parts/a.js': "export { b as a } from './b.js'; // a",
  'parts/b.js': 'export const b = 1;',
};

test('the same files at another place have the same identity', async (t) => {
  const folder = await folderFor(t);
  await write(
    folder,
    Object.fromEntries(
      Object.entries(FILES).flatMap(([name, text]) => [
        [`x/${name}`, text],
        [`y/z/${name}`, text],
      ]),
    ),
  );
  const [one, other] = [
    await readCode(join(folder, 'x/features.js')),
    await readCode(join(folder, 'y/z/features.js')),
  ];
  t.is(one.identity, other.identity);
  t.not(one.url, other.url);
  t.is(one.content, other.content);
  t.not(one.content, one.identity);
  t.is(one.placed, undefined);
  t.is(Object.keys(one.files).length, 3);
});

test('a change in any file that is imported, however far, changes it', async (t) => {
  const folder = await folderFor(t);
  await write(folder, FILES);
  const path = join(folder, 'features.js');
  const before = await readCode(path);
  await write(folder, { 'parts/b.js': 'export const b = 2;' });
  t.not((await readCode(path)).identity, before.identity);
});

test('packages count by name and version', async (t) => {
  const folder = await folderFor(t);
  const features = "import x from 'pack/sub'; import { y } from '@own/pack'; export default x + y;";
  const packages = (version: string) => ({
    'node_modules/pack/package.json': `{ "name": "pack", "version": "${version}" }`,
    'node_modules/@own/pack/package.json': '{ "name": "@own/pack", "version": "3.0.0" }',
  });
  await write(join(folder, 'one'), { 'm/features.js': features, ...packages('1.0.0') });
  await write(join(folder, 'same'), { 'm/features.js': features, ...packages('1.0.0') });
  await write(join(folder, 'other'), { 'm/features.js': features, ...packages('1.0.1') });
  const of = async (name: string) => (await readCode(join(folder, name, 'm/features.js'))).identity;
  t.is(await of('one'), await of('same'));
  t.not(await of('one'), await of('other'));
});

test('a package that is linked from elsewhere counts by its place, too: it may change', async (t) => {
  const folder = await folderFor(t);
  await write(folder, {
    'pack1/package.json': '{ "name": "pack", "version": "1.0.0" }',
    'pack2/package.json': '{ "name": "pack", "version": "1.0.0" }',
    'one/features.js': "export { default } from 'pack';",
    'other/features.js': "export { default } from 'pack';",
  });
  for (const [name, to] of [
    ['one', 'pack1'],
    ['other', 'pack2'],
  ]) {
    await mkdir(join(folder, name, 'node_modules'));
    await symlink(join(folder, to), join(folder, name, 'node_modules', 'pack'));
  }
  const of = async (name: string) => (await readCode(join(folder, name, 'features.js'))).identity;
  t.not(await of('one'), await of('other'));
});

for (const [what, text] of Object.entries({
  'import.meta': 'export default import.meta;',
  'a computed import': 'export default await import(process.env.WHAT);',
  'a template': `const x = 1; export default await import(\`./parts/\${x}.js\`);`,
  'an unknown package': "import x from 'nowhere-to-be-found'; export default x;",
  'an import of the package itself': "import x from '#own'; export default x;",
  CommonJS: "module.exports = require('./x');",
})) {
  test(`code with ${what} may depend on its place: no other has its identity`, async (t) => {
    const folder = await folderFor(t);
    await write(folder, { 'x/features.js': text, 'y/features.js': text });
    const of = async (name: string) => (await readCode(join(folder, name, 'features.js'))).identity;
    t.not(await of('x'), await of('y'));
    t.is(await of('x'), await of('x'));
    t.truthy((await readCode(join(folder, 'x/features.js'))).placed);
  });
}

test('imports in comments and texts are none; circles end', async (t) => {
  const folder = await folderFor(t);
  await write(folder, {
    'features.js': `// import './gone.js'\nimport './other.js'; export default "import './gone2.js'";`,
    'other.js': "import './features.js';",
  });
  t.is(Object.keys((await readCode(join(folder, 'features.js'))).files).length, 2);
});

test('what is missing, or no module, is refused by name', async (t) => {
  const folder = await folderFor(t);
  await write(folder, { 'a.js': "import './gone.js';", 'b.js': 'import {' });
  const refused = { instanceOf: CodeError };
  const gone = await t.throwsAsync(readCode(join(folder, 'none.js')), refused);
  t.regex(gone.message, /none\.js/);
  t.regex(
    (await t.throwsAsync(readCode(join(folder, 'a.js')), refused)).message,
    /a\.js' imports '\.\/gone\.js'/,
  );
  t.regex((await t.throwsAsync(readCode(join(folder, 'b.js')), refused)).message, /b\.js' isn't a module/);
});

test('files that a module names count by content, wherever in the graph; what is computed is refused', async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, 'features.js');
  const identity = async () => (await readCode(path)).identity;
  const reads = 'export { reads } from "./parts/a.js"; export default 1;';
  await write(folder, {
    'features.js': reads,
    'parts/a.js': `var named = [\n  "words.json", '../more.txt',\n]; export { named as reads };`,
    'parts/words.json': '[]',
    'more.txt': 'a',
  });
  const before = await readCode(path);
  t.true(before.hasReads);
  t.is(before.placed, undefined);
  t.deepEqual(
    Object.keys(before.files)
      .map((url) => url.slice(url.lastIndexOf('/') + 1))
      .sort(),
    [...['a.js', 'features.js', 'more.txt', 'words.json']],
  );
  t.true(await isUnchanged(before));
  await write(folder, { 'more.txt': 'b' });
  t.false(await isUnchanged(before));
  t.not(await identity(), before.identity);
  await write(folder, { 'more.txt': 'a' });
  t.is(await identity(), before.identity);
  t.false((await readCode(join(folder, 'parts/words.json'))).hasReads);
  for (const text of [
    'export const reads = [name];',
    'export const reads = list();',
    'export function reads() {}',
    "const b = ['more.txt']; { const b = []; } export { b as reads };",
    "export const reads = ['more.txt'].concat(list());",
    "export const reads = ['more.txt'] // and more\n  .concat(list());",
    "export const reads = ['more.txt', 'parts'][0] === 'a' ? [] : list();",
    "export { named as reads } from './parts/a.js';",
    "import * as reads from './parts/a.js'; export { reads };",
  ]) {
    await write(folder, { 'features.js': text });
    await t.throwsAsync(identity(), { instanceOf: CodeError, message: /features\.js' exports 'reads'/ });
  }
  for (const text of [
    "export const reads = [\n  // not 'parts' or ]\n  'more.txt', /* nor 'parts' */\n];",
    "export const reads = ['more.txt'] // words\n\n// all\nexport default 1",
    "export const reads = ['more.txt'], more = 1",
    "const files = ['more.txt']\nexport { files as 'reads' }",
  ]) {
    await write(folder, { 'features.js': text });
    t.is(Object.keys((await readCode(path)).files).length, 2, text);
  }
  await write(folder, { 'features.js': "export const reads = ['parts'];" });
  await t.throwsAsync(identity(), { instanceOf: CodeError, message: /reads 'parts', and .* can't be read/ });
});
