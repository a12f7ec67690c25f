import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { transform } from 'esbuild';
import * as spillway from '../../index.js';
import * as runtime from '../../runtime.js';
import { customersCsv } from './customers.js';
import * as datasets from './datasets.js';
import { type Page, readPage } from './page.js';
import { prelude } from './prelude.js';

/** Every example of the documentation is compiled and run: a page is one program, and the results it states hold. */

const root = new URL('../../', import.meta.url);
const modules = {
  spillway: '../../index.js',
  'spillway/datasets': '../../test/docs/datasets.js',
  'spillway/runtime': '../../runtime.js',
};

const read = new Map<string, Page>();
for (const path of await pathsOfPages()) read.set(path, await readPage(new URL(path, root), modules));
const [folder, home] = [await makeFolder(), process.cwd()];
for (const [path, { source }] of read) await writeFile(moduleOf(path), source);

test.before(async () => {
  Object.assign(globalThis, prelude);
  await writeModules();
  // Examples write files where they are run.
  process.chdir(fileURLToPath(folder));
  await writeFile('reviews.csv', reviews(600));
  await writeFile('customers.csv', customersCsv(1_500, 1));
});

test.after.always(async () => {
  process.chdir(home);
  await rm(folder, { recursive: true });
});

test.serial('every example compiles', async (t) => {
  const settings = {
    extends: '../../tsconfig.json',
    compilerOptions: { rootDir: '../..', typeRoots: ['../../node_modules/@types'], noUnusedLocals: false },
    include: ['*.ts'],
  };
  const names = Object.keys(prelude);
  const globals = names.map((name) => `const ${name}: (typeof prelude)['${name}'];`).join('\n');
  const origin = "'../../test/docs/prelude.js'";
  await writeFile(
    new URL('globals.ts', folder),
    `import type { prelude } from ${origin};\ndeclare global {\n${globals}\n}\n`,
  );
  await writeFile(new URL('tsconfig.json', folder), JSON.stringify(settings));
  const compiler = fileURLToPath(new URL('node_modules/typescript/bin/tsc', root));
  const said = await promisify(execFile)(process.execPath, [compiler, '-p', fileURLToPath(folder)]).then(
    () => '',
    (error: Error & { stdout: string }) => error.stdout || error.message,
  );
  t.is(said, '');
});

for (const [path, { results, fences }] of read) {
  test.serial(`${path}: its examples run, and give what it says`, async (t) => {
    t.deepEqual(
      [...new Set(fences)].filter((fence) => !['ts', 'sh', 'text', 'json'].includes(fence)),
      [],
    );
    let seen = 0;
    Object.assign(globalThis, {
      shown(actual: unknown, stated: unknown, line: number) {
        seen++;
        t.deepEqual(actual, stated, `${path}, line ${line}`);
      },
    });
    await import(await runnable(path));
    t.is(seen, results, 'every result was reached');
  });
}

test('the documentation has examples', (t) => {
  t.true(read.size > 5 && (read.get('README.md')?.fences ?? []).includes('ts'));
});

/** Relative to the root. */
async function pathsOfPages(): Promise<string[]> {
  const inDocs = await readdir(new URL('docs', root), { recursive: true });
  const markdown = inDocs.map((path) => `docs/${path.replaceAll('\\', '/')}`);
  return ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'bench/README.md', ...markdown.sort()].filter(
    (path) => path.endsWith('.md'),
  );
}

/** Inside the repository, so that examples resolve packages as the library does; git ignores it. */
async function makeFolder(): Promise<URL> {
  const out = new URL('out/', root);
  await mkdir(out, { recursive: true });
  return pathToFileURL(`${await mkdtemp(fileURLToPath(new URL('docs-', out)))}/`);
}

function moduleOf(path: string): URL {
  return new URL(`${path.replaceAll('/', '_').replace(/\.md$/, '')}.ts`, folder);
}

/** What examples import is what this file imports: each of its modules as a module of its own. */
async function writeModules(): Promise<void> {
  const imported = { spillway, 'spillway/datasets': datasets, 'spillway/runtime': runtime };
  Object.assign(globalThis, { imported });
  for (const [name, exported] of Object.entries(imported)) {
    const names = Object.keys(exported).join(', ');
    await writeFile(
      moduleNamed(name),
      `export const { ${names} } = globalThis.imported[${JSON.stringify(name)}];`,
    );
  }
}

function moduleNamed(name: string): URL {
  return new URL(`${name.replace('/', '_')}.mjs`, folder);
}

/** A page's examples as they run: its URL. */
async function runnable(path: string): Promise<string> {
  const names = Object.keys(modules).map((name) => [name, moduleNamed(name).href]);
  const { source } = await readPage(new URL(path, root), Object.fromEntries(names));
  const { code } = await transform(source, { loader: 'ts', target: 'node20', sourcefile: path });
  const module = new URL(`${moduleOf(path).href}.mjs`);
  await writeFile(module, code);
  return module.href;
}

/** The file that getting started reads: stars, words and what they say. */
function reviews(count: number): string {
  const line = (i: number) => {
    const good = (i * 7) % 13 < 6;
    return `${good ? 4 + (i % 2) : 1 + (i % 2)},${good ? 'a joy to' : 'a pity to'} read ${i % 17},${good ? 'good' : 'bad'}`;
  };
  return ['stars,text,label', ...Array.from({ length: count }, (_, i) => line(i))].join('\n');
}
