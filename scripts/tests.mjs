// Bundles each test file with what it imports, into out/tests: a test's process then opens one file, not five hundred.
// Files whose sources haven't changed since are left as they are.
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
const manifest = join(out, 'manifest.json');
/** What every bundle depends on. */
const always = ['scripts/tests.mjs', 'package-lock.json', 'tsconfig.json', 'test/support/fastCheck.ts'];

/**
 * Brings bundles up to date.
 *
 * @param paths files and folders, relative to the root or absolute; those of tests within them are bundled, or all tests if a path is none
 */
export async function bundleTests(paths) {
  const known = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')) : {};
  const tests = readdirSync(join(root, 'test'), { recursive: true })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `test/${name.replaceAll('\\', '/')}`);
  const stale = within(tests, paths).filter((test) => !isFresh(test, known[test]));
  if (stale.length > 0) {
    const inputs = await bundle(stale);
    const kept = Object.entries(known).filter(([test]) => tests.includes(test));
    write(manifest, JSON.stringify({ ...Object.fromEntries(kept), ...inputs }));
  }
}

/** Those tests that a command line asks for. */
function within(tests, paths) {
  // AVA takes lines, too: file.test.ts:12-20.
  const requested = paths.map((path) =>
    relative(root, resolve(root, path.replace(/:[\d,-]+$/, ''))).replaceAll('\\', '/'),
  );
  if (requested.length === 0 || requested.some((path) => !existsSync(join(root, path)))) return tests;
  return tests.filter((test) =>
    requested.some((path) => path === '' || test === path || test.startsWith(`${path}/`)),
  );
}

function isFresh(test, inputs) {
  return (
    inputs !== undefined &&
    existsSync(bundleOf(test)) &&
    Object.entries(inputs).every(([path, time]) => modified(path) === time)
  );
}

/** Of each test, when each file that its bundle is made of was last changed. */
async function bundle(tests) {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: tests,
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
    plugins: [ownUrls, fixedSeeds],
  });
  await stop();
  // In place at once: another run may be reading them.
  for (const { path, contents } of outputFiles) write(path, contents);
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

/** A module's URL is that of its source, so that what lies beside it is found. */
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

function bundleOf(test) {
  return join(out, test.replace(/ts$/, 'js'));
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
