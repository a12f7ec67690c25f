import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import * as spillway from '../../index.js';
import { declarationsOf } from '../../scripts/docs/declarations.js';
import { declarationFile, type Entry, entriesOf } from '../../scripts/docs/entries.js';

/** Everything that users can import says what it is. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const entries = entriesOf(root);
const of = (entry: Entry) => declarationsOf(declarationFile(root, entry));

for (const entry of entries) {
  test(`${entry.name}: every exported symbol is documented`, (t) => {
    const bare = of(entry).filter(({ comment }) => comment === '');
    t.deepEqual(
      bare.map(({ kind, name }) => `${kind} ${name}`),
      [],
    );
  });

  test(`${entry.name}: every function and class has an example; errors have theirs on their page`, (t) => {
    const without = of(entry).filter(
      ({ kind, name, text, comment }) =>
        (kind === 'function' || kind === 'class') &&
        !/extends \w*Error\b/.test(text) &&
        !/@example|```|\n {4}\S/.test(comment) &&
        name !== 'SpillwayError',
    );
    t.deepEqual(
      without.map(({ name }) => name),
      [],
    );
  });
}

test('examples are of the language that Node 20 has', async (t) => {
  const page = /^(await )?using \w+ =/m;
  for (const entry of entries)
    for (const { name, comment } of of(entry)) t.notRegex(comment.replace(/^\s*\*? ?/gm, ''), page, name);
  const docs = (await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md'));
  for (const name of ['README.md', ...docs.map((each) => join('docs', each))])
    t.notRegex(await readFile(join(root, name), 'utf8'), page, name);
});

test('nothing that the module has is left out', (t) => {
  const names = of(entries[0]).map(({ name }) => name);
  t.deepEqual(
    Object.keys(spillway).filter((name) => !names.includes(name)),
    [],
  );
});

test('declarations are read through re-exports, renamed and overloaded', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-declarations-'));
  await writeFile(
    join(folder, 'a.d.ts'),
    "/** The file. */\nexport { One as Two } from './b.js';\nexport * from './c.js';\n",
  );
  await writeFile(
    join(folder, 'b.d.ts'),
    'interface Hidden {\n    a: string;\n}\n/** A { brace. */\nexport interface One {\n    /** Of } its own. */\n    b: Hidden;\n}\nexport {};\n',
  );
  await writeFile(
    join(folder, 'c.d.ts'),
    '/** Twice. */\nexport declare function f(a: {\n    b: 1;\n}): void;\nexport declare function f(a: 2): void;\n',
  );
  t.deepEqual(
    declarationsOf(join(folder, 'a.d.ts')).map(({ name, kind, comment, text }) => [
      name,
      kind,
      comment,
      text.split('\n').length,
    ]),
    [
      ['f', 'function', 'Twice.', 4],
      ['Two', 'interface', 'A { brace.', 4],
    ],
  );
});
