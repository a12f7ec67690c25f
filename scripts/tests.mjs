// Bundles each test file with its imports, into out/tests: a test's process then opens one file,
// not five hundred. Files whose sources haven't changed since are left as they are. When all tests
// run, most files share a process with others.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, stop } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'out', 'tests');
const groupsAt = join(root, 'out', 'groups');
const manifest = join(out, 'manifest.json');
/** Dependencies of every bundle. */
const always = [
  'scripts/tests.mjs',
  'scripts/groupedTests.mjs',
  'package-lock.json',
  'tsconfig.json',
  'test/support/fastCheck.ts',
];

/** Files of a group. A process takes a quarter of a second to start, more than most files take to run. */
const GROUP = 10;
/**
 * Marks of a file whose tests need a process of their own: hooks, an order, or state that a process
 * shares.
 */
const ALONE =
  /\b(test\.(?!skip\b|failing\b|ts\b)|serial\b|process\.|child_process|globalThis|performance\.|diagnostics_channel|tensorflow)/;

/**
 * Brings bundles up to date.
 *
 * @param paths files and folders, relative to the root or absolute; the tests within them are
 *   bundled. If there are none, all tests are, most of them in groups that share a process
 * @returns the files that AVA is to run
 */
export async function bundleTests(paths) {
  const tests = testsWith('');
  if (paths.length > 0) {
    await bringUpToDate(within(tests, paths), tests);
    return ['test/**/*.test.ts'];
  }
  const alone = tests.filter((test) => ALONE.test(readFileSync(join(root, test), 'utf8')));
  const groups = groupsOf(tests.filter((test) => !alone.includes(test)));
  await bringUpToDate([...alone, ...groups], [...tests, ...groups]);
  return [...alone, ...groups.map(bundleOf)];
}

/** The test files whose source has this text, in order. Relative to the root. */
export function testsWith(text) {
  return readdirSync(join(root, 'test'), { recursive: true })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `test/${name.replaceAll('\\', '/')}`)
    .filter((test) => readFileSync(join(root, test), 'utf8').includes(text))
    .sort();
}

/** Bundles those files that aren't as they were when they were bundled. @param all files that there are: others are forgotten */
async function bringUpToDate(files, all) {
  const known = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')) : {};
  const stale = files.filter((file) => !isFresh(file, known[file]));
  if (stale.length === 0) return;
  const inputs = {
    ...(await bundle(stale.filter(isTest), [])),
    ...(await bundle(stale.filter(isGroup), [ownTests])),
  };
  await stop();
  const kept = Object.entries(known).filter(([file]) => isGroup(file) || all.includes(file));
  write(manifest, JSON.stringify({ ...Object.fromEntries(kept), ...inputs }));
}

/** Files in groups: the file written for each group imports them one after another. */
function groupsOf(tests) {
  const count = Math.ceil(tests.length / GROUP);
  return Array.from({ length: count }, (_, i) => {
    const members = tests.slice(i * GROUP, (i + 1) * GROUP);
    const name = dirname(members[0]).split('/').slice(1).join('-');
    const path = `out/groups/${String(i + 1).padStart(2, '0')}-${name}.ts`;
    const lines = [
      ...members.map((test) => `import '../../${test}';`),
      "import { declareAll } from '../../scripts/groupedTests.mjs';",
      'declareAll();',
      '',
    ];
    writeIfOther(join(root, path), lines.join('\n'));
    return path;
  });
}

function isGroup(file) {
  return file.startsWith('out/groups/');
}

function isTest(file) {
  return !isGroup(file);
}

/** The tests that the command line selects. */
function within(tests, paths) {
  // AVA takes lines, too: file.test.ts:12-20.
  const requested = paths.map((path) =>
    relative(root, resolve(root, path.replace(/:[\d,-]+$/, ''))).replaceAll('\\', '/'),
  );
  if (requested.some((path) => !existsSync(join(root, path)))) return tests;
  return tests.filter((test) =>
    requested.some((path) => path === '' || test === path || test.startsWith(`${path}/`)),
  );
}

function isFresh(test, inputs) {
  return (
    inputs !== undefined &&
    existsSync(join(root, bundleOf(test))) &&
    Object.entries(inputs).every(([path, time]) => modified(path) === time)
  );
}

/** For each file, the modification times of its bundle's inputs. */
async function bundle(files, plugins) {
  if (files.length === 0) return {};
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: files,
    outdir: out,
    outbase: root,
    write: false,
    metafile: true,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    keepNames: true,
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
    plugins: [...plugins, ownUrls, fixedSeeds],
  });
  // In place at once: another run may be reading them.
  for (const { path, contents } of outputFiles)
    write(path.replace(join(out, 'out', 'groups'), groupsAt), contents);
  return Object.fromEntries(
    Object.values(metafile.outputs).flatMap(({ entryPoint, inputs }) =>
      entryPoint === undefined
        ? []
        : [
            [
              entryPoint,
              Object.fromEntries([...Object.keys(inputs), ...always].map((path) => [path, modified(path)])),
            ],
          ],
    ),
  );
}

/** A module's URL is its source's, so that files beside it are found. */
const ownUrls = {
  name: 'own URLs',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(
        'import.meta.url',
        JSON.stringify(pathToFileURL(path).href),
      ),
      loader: 'ts',
    })),
};

/** Tests that import fast-check have ours, whose seeds are fixed. */
const fixedSeeds = {
  name: 'fixed seeds',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^fast-check$/ }, ({ importer }) => {
      const ours = join(root, 'test', 'support', 'fastCheck.ts');
      return importer === ours ? undefined : { path: ours };
    }),
};

/** In groups each file has a `test` of its own. */
const ownTests = {
  name: 'own tests',
  setup({ onResolve, onLoad }) {
    // Test files export nothing, but have side effects, unlike package.json's rule for modules.
    onResolve({ filter: /\.test\.ts$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path),
      sideEffects: true,
    }));
    onResolve({ filter: /^ava$/ }, ({ importer }) =>
      importer.startsWith(join(root, 'test', '/'))
        ? { path: relative(root, importer).replaceAll('\\', '/'), namespace: 'own tests' }
        : undefined,
    );
    onLoad({ filter: /./, namespace: 'own tests' }, ({ path }) => ({
      contents: [
        "import { testsOf } from './scripts/groupedTests.mjs';",
        `export default testsOf(${JSON.stringify(path.replace(/^test\/|(\.test)?\.ts$/g, ''))});`,
      ].join('\n'),
      resolveDir: root,
    }));
  },
};

/** Relative to the root. A group's bundle is beside its source file, where AVA finds it. */
function bundleOf(file) {
  return isGroup(file) ? file.replace(/ts$/, 'js') : `out/tests/${file.replace(/ts$/, 'js')}`;
}

function writeIfOther(path, contents) {
  if (!existsSync(path) || readFileSync(path, 'utf8') !== contents) write(path, contents);
}

function modified(path) {
  const full = join(root, path);
  return existsSync(full) ? statSync(full).mtimeMs : 0;
}

function write(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, contents);
  renameSync(draft, path);
}
