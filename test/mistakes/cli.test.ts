import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { folderFor } from '../support/files.js';

/** What goes wrong in scripts of the command line: what is said, where, and with which exit code. */

const binary = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
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

for (const [title, script, code, says] of mistakes) {
  test(`a script with ${title}`, async (t) => {
    const ran = await tuneScript(await folderFor(t), script);
    t.regex(ran.err, says);
    t.is(ran.code, code);
    t.is(ran.out, '');
  });
}

test('a module may export more than is asked for', async (t) => {
  const more = 'export const helper = (x) => x; export const holdout = [];';
  const ran = await tuneScript(await folderFor(t), `${head}\n${rest}\n${words}\n${bound}\n${more}`);
  t.is(ran.code, 3, ran.err);
  t.regex(ran.out, /cascade: a\.cascade/);
});

function tuneScript(
  folder: string,
  script: string,
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  return writeFile(join(folder, 'a.mjs'), script).then(
    () =>
      new Promise((done) => {
        const child = execFile(process.execPath, [binary, 'tune', 'a.mjs'], { cwd: folder }, (_, out, err) =>
          done({ code: child.exitCode ?? -1, out, err }),
        );
      }),
  );
}
