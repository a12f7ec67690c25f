// Makes dist: each entry one module, with what several share in chunks beside it; `spillway/runtime` one file that imports
// nothing; and declarations the same way. tsc checks types and writes one declaration a source to out/types, which the
// reference is made from too.
import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import { minify } from 'terser';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const types = join(root, 'out', 'types');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/**
 * The sources of public entry points; dist mirrors them, so that in this checkout TypeScript finds
 * the sources themselves.
 */
const entries = [
  'index',
  'datasets/index',
  ...readdirSync(join(root, 'entries')).map((file) => `entries/${basename(file, '.ts')}`),
];
const runtime = 'entries/runtime';

/** Makes declarations compile in older TypeScript, and without the library for `using`. */
const forAnyTypeScript = {
  name: 'for any TypeScript',
  renderChunk(text) {
    // Before 5.7 it knows no buffers of typed arrays.
    const plain = text.replace(/\b(\w+Array)<ArrayBuffer(?:Like)?>/g, '$1');
    return /\bAsyncDisposable\b/.test(plain) ? `/// <reference lib="esnext.disposable" />\n${plain}` : plain;
  },
};

/** Declarations import by `#` what package.json's `imports` name. */
const ownImports = {
  name: 'own imports',
  resolveId: {
    order: 'pre',
    handler(id) {
      const target = manifest.imports[id]?.default;
      return target === undefined ? undefined : join(types, target.replace(/\.ts$/, '.d.ts'));
    },
  },
};

/** Packages are resolved where they are installed, but for those that one entry alone needs. */
const packages = /^[^.#/]/;
const bundled = ['@bufbuild/protobuf/wire', 'commander', 'es-module-lexer'];

rmSync(types, { recursive: true, force: true });
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], {
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);

rmSync(dist, { recursive: true, force: true });
await code();
await light();
await declarations();

/**
 * Bundles all but the runtime. Dependencies of the library are installed with it; those of one
 * entry alone are bundled.
 */
async function code() {
  const outputs = await write({
    input: {
      ...sources([...entries.filter((name) => name !== runtime), 'cli/main']),
      // Beside the entry that starts threads.
      'entries/worker': 'lib/features/threads/worker.ts',
      'entries/detectorWorker': 'detect/threads/worker.ts',
      'entries/fitWorker': 'lib/learn/fits/threads/worker.ts',
      'entries/cascadeWorker': 'cascades/cascade/threads/program.ts',
      // What threads of `spillway serve` run.
      'entries/serveWorker': 'serve/worker/program.ts',
      // What processes of `spillway batch run` run.
      'entries/batchWorker': 'batch/run/program.ts',
    },
    platform: 'node',
    external: (id, importer) =>
      packages.test(id) &&
      !id.startsWith('@oxc-project/') &&
      !bundled.includes(id) &&
      !importer?.includes('node_modules'),
    output: { chunkFileNames: chunkName('js') },
  });
  for (const { type, fileName, code } of outputs)
    if (type === 'chunk') writeFileSync(join(dist, fileName), inLatin1(code));
  writeFileSync(join(dist, 'LICENCES.txt'), licences(outputs));
  chmodSync(join(dist, 'cli', 'main.js'), 0o755);
}

/** `spillway/runtime`: package.json's `imports` have lighter parts for it. terser makes it smaller than bundlers do. */
async function light() {
  await write({
    input: sources([runtime]),
    platform: 'neutral',
    external: packages,
    resolve: { conditionNames: ['runtime'] },
    output: { codeSplitting: false },
  });
  const path = join(dist, `${runtime}.js`);
  const { code } = await minify(readFileSync(path, 'utf8'), {
    module: true,
    ecma: 2020,
    compress: { passes: 3 },
  });
  writeFileSync(path, code);
}

async function declarations() {
  await write({
    input: Object.fromEntries(entries.map((name) => [name, join(types, `${name}.d.ts`)])),
    external: packages,
    plugins: [ownImports, dts({ dtsInput: true }), forAnyTypeScript],
    output: { chunkFileNames: chunkName('d.ts') },
  });
}

/**
 * The same code with characters beyond Latin-1 as escapes: V8 keeps a module with any of them at two octets a character, in each
 * thread that imports it.
 */
function inLatin1(code) {
  return code.replace(/[\u0100-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The chunk of the root's own folder would bear the checkout's name. */
function chunkName(ending) {
  return ({ name }) =>
    `chunks/${name === basename(root) ? 'core' : name.replace(/\.d$/, '')}-[hash].${ending}`;
}

function sources(names) {
  return Object.fromEntries(names.map((name) => [name, `${name}.ts`]));
}

/** @returns the chunks written */
async function write({ output, ...input }) {
  const checks = { pluginTimings: false };
  const bundle = await rolldown({ cwd: root, tsconfig: false, checks, ...input });
  const written = await bundle.write({ dir: dist, format: 'esm', minifyInternalExports: false, ...output });
  await bundle.close();
  return written.output;
}

/**
 * Licence files of the bundled packages, or, if a package has none, the first comment of its
 * modules.
 */
function licences(outputs) {
  const modules = outputs.flatMap(({ modules = {} }) => Object.keys(modules));
  const folderOf = (id) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0];
  return [...new Set(modules.flatMap((id) => folderOf(id) ?? []))]
    .map((folder) => {
      const ids = modules.filter((id) => folderOf(id) === folder);
      const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
      const texts = file
        ? [readFileSync(join(folder, file), 'utf8')]
        : new Set(ids.map((id) => /^(\/\/.*\n)*/.exec(readFileSync(id, 'utf8'))[0].replace(/^\/\/ ?/gm, '')));
      return [folder.split('node_modules/').at(-1), ...texts].join('\n\n');
    })
    .join('\n\n');
}
