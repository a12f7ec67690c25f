import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { transform } from 'esbuild';
import * as client from '../../entries/client.js';
import * as data from '../../entries/data.js';
import * as detect from '../../entries/detect.js';
import * as exchange from '../../entries/exchange.js';
import * as extend from '../../entries/extend.js';
import * as full from '../../entries/full.js';
import * as llm from '../../entries/llm.js';
import * as lookup from '../../entries/lookup.js';
import * as runtime from '../../entries/runtime.js';
import * as serve from '../../entries/serve.js';
import * as telemetry from '../../entries/telemetry.js';
import * as threads from '../../entries/threads.js';
import * as types from '../../entries/types.js';
import * as spillway from '../../index.js';
import { atLength } from '../support/atLength.js';
import { modulesUrl } from '../support/modulesUrl.js';
import { customersCsv } from './customers.js';
import * as datasets from './datasets.js';
import { type Page, readPage } from './page.js';

/**
 * Every example of the documentation is compiled and run: a page is one program, and the results it states hold.
 */

const root = new URL('../../', import.meta.url);
/** A page is compiled with the declarations that users have, but for a smaller data set. */
const compiledWith = { 'spillway/datasets': '../../test/docs/datasets.js' };
/** What it runs with. */
const modules: Readonly<Record<string, object>> = {
  spillway,
  'spillway/datasets': datasets,
  'spillway/client': client,
  'spillway/data': data,
  'spillway/detect': detect,
  'spillway/exchange': exchange,
  'spillway/extend': extend,
  'spillway/full': full,
  'spillway/llm': llm,
  'spillway/lookup': lookup,
  'spillway/runtime': runtime,
  'spillway/serve': serve,
  'spillway/telemetry': telemetry,
  'spillway/threads': threads,
  'spillway/types': types,
};

/** Pages that run in `npm test`, beside those without a program. The others are compiled, and run at length. */
const FIRST = [
  'README.md',
  'docs/README.md',
  'docs/getting-started.md',
  'docs/how-to.md',
  'docs/retrained.md',
];

/** Fences that aren't programs: commands, what is printed, modules to be saved, and files of other programs. */
const UNRUN = ['sh', 'text', 'js', 'json', 'yaml', 'promql', 'nginx'];

/** The page that has what the examples of all pages take as given. */
const GIVEN = 'docs/README.md';
const given = ['mails', 'labels', 'newMails', 'laterMails', 'features', 'cascade'];
/** Those that the examples of the present page have used. */
const taken: string[] = [];

const read = new Map<string, Page>();
for (const path of await pathsOfPages()) read.set(path, await readPage(new URL(path, root), compiledWith));
const [folder, home] = [await makeFolder(), process.cwd()];
for (const [path, { source }] of read) await writeFile(moduleOf(path), exporting(path, source));

test.before(async () => {
  await writeModules();
  // Examples write files where they are run.
  process.chdir(fileURLToPath(folder));
  await writeFile('reviews.csv', reviews(600));
  await writeFile('customers.csv', customersCsv(1_500, 1));
  for (const name of ['mail', 'mail-refitted', 'mail-grown'])
    await copyFile(new URL(`test/fixtures/sklearn/docs/${name}.pipeline`, root), `${name}.pipeline`);
  const world = await import(await runnable(GIVEN));
  for (const name of given) {
    const get = () => {
      taken.push(name);
      return world[name];
    };
    Object.defineProperty(globalThis, name, { get });
  }
});

test.after.always(async () => {
  process.chdir(home);
  await rm(folder, { recursive: true });
});

test.serial('every page compiles as a program', async (t) => {
  const globals = [
    `import type * as world from './${moduleName(GIVEN)}.js';`,
    'declare global {',
    ...given.map((name) => `const ${name}: (typeof world)['${name}'];`),
    // Called with each result that a page states.
    'function shown<T>(actual: T, stated: T, line: number): void;',
    '}',
  ];
  await writeFile(new URL('globals.ts', folder), globals.join('\n'));
  t.is(await complaintsOfCompiler(), '');
});

for (const [path, { results, fences }] of read) {
  if (!atLength(FIRST.includes(path) || !fences.includes('ts'), true)) continue;
  test.serial(`${path}: its examples run, and give the stated results`, async (t) => {
    t.deepEqual(
      [...new Set(fences)].filter((fence) => !['ts', ...UNRUN].includes(fence)),
      [],
    );
    let seen = 0;
    taken.length = 0;
    Object.assign(globalThis, {
      shown(actual: unknown, stated: unknown, line: number) {
        seen++;
        t.deepEqual(actual, stated, `${path}, line ${line}`);
      },
    });
    await import(await runnable(path));
    t.is(seen, results, 'every result was reached');
    const [top] = (await readFile(new URL(path, root), 'utf8')).split('\n```ts\n');
    const pointsThere = /^_Examples_ .*\]\(README\.md#about-the-examples\)/m.test(top);
    t.is(pointsThere, taken.length > 0, 'a page says at its top whether its examples use shared names');
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
  return new URL(`${moduleName(path)}.ts`, folder);
}

function moduleName(path: string): string {
  return path.replaceAll('/', '_').replace(/\.md$/, '');
}

/** A page's source; that of what is given hands it on. */
function exporting(path: string, source: string): string {
  return path === GIVEN ? `${source}export { ${given.join(', ')} };\n` : source;
}

/** What the compiler says of all pages. */
async function complaintsOfCompiler(): Promise<string> {
  const settings = {
    extends: '../../tsconfig.json',
    compilerOptions: { rootDir: '../..', typeRoots: ['../../node_modules/@types'], noUnusedLocals: false },
    include: ['*.ts'],
  };
  await writeFile(new URL('tsconfig.json', folder), JSON.stringify(settings));
  const compiler = fileURLToPath(new URL('node_modules/typescript/bin/tsc', root));
  return promisify(execFile)(process.execPath, [compiler, '-p', fileURLToPath(folder)]).then(
    () => '',
    (error: Error & { stdout: string }) => error.stdout || error.message,
  );
}

/** The features that pages take as given, where threads import them. */
const FEATURES = new URL('mailFeatures.ts', import.meta.url);

/** What examples import is what this file imports: each of its modules as a module of its own. */
async function writeModules(): Promise<void> {
  // Beside the sources there is no module that a thread could run.
  const worker = new URL(await modulesUrl(new URL('lib/learn/fits/threads/worker.ts', root)));
  const fitThreads = (options: threads.FitThreadsOptions) => threads.fitThreads(options, worker);
  const { onThreads } = spillway.Cascade;
  const program = new URL(await modulesUrl(new URL('cascades/cascade/threads/program.ts', root)));
  spillway.Cascade.onThreads = (source, module, options) => onThreads(source, module, options, program);
  await writeFile(
    new URL('features.js', folder),
    `export * from ${JSON.stringify(await modulesUrl(FEATURES))};`,
  );
  const imported = { ...modules, 'spillway/threads': { ...threads, fitThreads } };
  Object.assign(globalThis, { imported });
  for (const [name, exported] of Object.entries(imported)) {
    const names = Object.keys(exported).filter((each) => name !== 'spillway' || each !== 'tune');
    const source = `export const { ${names.join(', ')} } = globalThis.imported[${JSON.stringify(name)}];`;
    await writeFile(moduleNamed(name), name === 'spillway' ? `${source}\n${TUNE}` : source);
  }
}

/**
 * `tune` as examples call it: what was measured of the same features and models isn't measured again. Measuring goes on
 * until its time is up, which is four times as soon.
 */
const TUNE = `
const known = new WeakMap();
const clock = { now: () => 4 * performance.now() };
export function tune(given) {
  const options = { clock, ...given };
  const { features, full, approximate, onProgress } = options;
  // Whoever looks on is told of each step.
  if (onProgress !== undefined) return globalThis.imported.spillway.tune(options);
  const measured = known.get(features) ?? new Map();
  if (typeof features === 'object') known.set(features, measured);
  const models = JSON.stringify([full, approximate].flat().map((model) => model?.name));
  const cascade = globalThis.imported.spillway.tune({ profile: measured.get(models), ...options });
  return cascade.then((tuned) => (measured.set(models, tuned.profile), tuned));
}`.trimStart();

function moduleNamed(name: string): URL {
  return new URL(`${name.replace('/', '_')}.mjs`, folder);
}

/** A page's examples as they run: its URL. */
async function runnable(path: string): Promise<string> {
  const names = Object.keys(modules).map((name) => [name, moduleNamed(name).href]);
  const { source } = await readPage(new URL(path, root), Object.fromEntries(names));
  const { code } = await transform(exporting(path, source), {
    loader: 'ts',
    target: 'node20',
    sourcefile: path,
  });
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
