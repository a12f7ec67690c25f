import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { runEach } from '../support/commandLine.js';

/** What goes wrong in scripts of the command line: what is said, where, and with which exit code. */

const library = JSON.stringify(new URL('../../dist/index.js', import.meta.url).href);

const head = `import { define, dense, logisticRegression, tfidf } from ${library};`;
const rows = `export const rows = Array.from({ length: 60 }, (_, i) => ({ text: i % 2 ? 'win a prize' : 'the minutes', i }));`;
const rest = `${rows}
export const labels = rows.map((_, i) => i % 2 ? 'spam' : 'good');
export const full = logisticRegression();`;
const bound = 'export const bound = { loss: "disagreement", epsilon: 0.05 };';
const words = 'export const features = define({ words: tfidf((row) => row.text) });';

const mistakes: readonly (readonly [title: string, script: string, code: number, says: RegExp])[] = [
  [
    'a syntax error',
    `${head}\nexport const features = define({);`,
    1,
    /^spillway: a\.mjs failed: .*\(SCRIPT\)\n {2}at a\.mjs:2\n$/,
  ],
  [
    'an import that isn’t there',
    `${head}\nimport { loadAll } from ${library};`,
    1,
    /does not provide an export named 'loadAll' \(SCRIPT\)\n {2}at a\.mjs:2/,
  ],
  [
    'a file that isn’t there',
    `import { rows } from './table.mjs';`,
    1,
    /Cannot find module '.*table\.mjs'.*\(SCRIPT\)/,
  ],
  [
    'a bug while it runs',
    `${head}\nconst table = undefined;\nexport const rows = table.rows;`,
    1,
    /Cannot read properties of undefined \(reading 'rows'\) \(SCRIPT\)\n {2}at a\.mjs:3:27\n$/,
  ],
  [
    'a bug in a function that is its default',
    `${head}\nexport default () => {\n  throw new Error('no table');\n};`,
    1,
    /no table \(SCRIPT\)\n {2}at a\.mjs:3:9\n$/,
  ],
  [
    'an option of the library’s that is wrong',
    `${head}\nexport const features = define({\n  words: tfidf('text'),\n});`,
    2,
    /'source': expected a function of a row.*\(OPTION\)\n {2}at a\.mjs:3:10\n$/,
  ],
  [
    'a feature that fails for a row',
    `${head}\n${rest}\n${bound}\nexport const features = define({ words: tfidf((row) =>\n  row.title.trim()) });`,
    1,
    /feature 'words', row \d+: failed: .*\(reading 'trim'\) \(FEATURE\)\n {2}at a\.mjs:7:13\n$/,
  ],
  [
    'no features',
    `${head}\n${rest}\n${bound}`,
    2,
    /a\.mjs exports .*rows.*; expected 'features' at least \(OPTION\)/,
  ],
  [
    'a bound that is misspelt',
    `${head}\n${rest}\n${words}\nexport const bounds = { epsilon: 0.05 };`,
    2,
    /a\.mjs exports 'bounds', which isn't an option; did you mean 'bound'\? \(OPTION\)/,
  ],
  [
    'no bound',
    `${head}\n${rest}\n${words}`,
    2,
    /'bound': expected \{ loss, epsilon, delta \}, got undefined/,
  ],
];

const more = 'export const helper = (x) => x; export const holdout = [];';
const good = `${head}\n${rest}\n${words}\n${bound}\n${more}`;

/** What each script ends with, and last the good one. */
const ran = tuneEach([...mistakes.map(([, script]) => script), good]);

for (const [i, [title, , code, says]] of mistakes.entries()) {
  test(`a script with ${title}`, async (t) => {
    const { [i]: ended } = await ran;
    t.regex(ended.err, says);
    t.is(ended.code, code);
    t.is(ended.out, '');
  });
}

test('a module may export more than is asked for', async (t) => {
  const { [mistakes.length]: ended } = await ran;
  t.is(ended.code, 3, ended.err);
  t.regex(ended.out, /cascade: a\.cascade/);
});

/** Tunes by each script, called `a.mjs` in a folder of its own. */
async function tuneEach(scripts: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-mistakes-'));
  try {
    const folders = scripts.map((_, i) => join(folder, `${i}`));
    for (const [i, at] of folders.entries()) {
      await mkdir(at);
      await writeFile(join(at, 'a.mjs'), scripts[i]);
    }
    return await runEach(folders.map((at) => [['tune', 'a.mjs'], at]));
  } finally {
    await rm(folder, { recursive: true });
  }
}
