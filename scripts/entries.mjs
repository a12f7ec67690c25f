// What tsc leaves to do. `spillway/runtime` becomes one file, so that importing it opens one. And each entry gets a face for
// CommonJS: types have a copy there, since TypeScript before 5.8 lets no CommonJS module import an ES module's; code has
// none, since Node's require() takes ES modules, and two copies of a class would be two classes.
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleRuntime } from './runtime.mjs';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const cjs = join(dist, 'cjs');

await bundleRuntime(join(dist, 'runtime.js'));

// The command line is one file too: what only it needs is in it, so that nobody else installs that. What licences those packages have
// comes with it.
const cli = join(dist, 'cli');
const { metafile } = await build({
  entryPoints: [join(cli, 'main.js')],
  outfile: join(cli, 'main.js'),
  allowOverwrite: true,
  bundle: true,
  format: 'esm',
  target: 'node20',
  platform: 'node',
  plugins: [
    {
      name: 'the library stays where it is',
      setup: ({ onResolve }) =>
        onResolve({ filter: /^\.\.\// }, ({ path, importer }) =>
          dirname(importer) === cli.replace(/\/$/, '') ? { path, external: true } : undefined,
        ),
    },
  ],
  // Packages of CommonJS ask for modules of Node's so.
  banner: {
    js: "import { createRequire as toRequire } from 'node:module';\nconst require = toRequire(import.meta.url);",
  },
  metafile: true,
  logLevel: 'warning',
});
const packages = Object.keys(metafile.inputs).flatMap(
  (path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [],
);
const licences = [...new Set(packages)].map((folder) => {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  return `${folder.split('node_modules/').at(-1)}\n\n${file ? readFileSync(join(folder, file), 'utf8') : ''}`;
});
writeFileSync(join(cli, 'LICENCES.txt'), licences.join('\n\n'));
chmodSync(join(cli, 'main.js'), 0o755);
for (const name of readdirSync(cli)) {
  if (name !== 'main.js' && name !== 'LICENCES.txt') rmSync(join(cli, name));
}

rmSync(cjs, { recursive: true, force: true });
for (const path of readdirSync(dist, { recursive: true }).filter((name) => name.endsWith('.d.ts'))) {
  mkdirSync(dirname(join(cjs, path)), { recursive: true });
  // Before 5.7 TypeScript knows no buffers of typed arrays.
  const text = readFileSync(join(dist, path), 'utf8').replace(/\b(\w+Array)<ArrayBuffer(?:Like)?>/g, '$1');
  for (const folder of [dist, cjs]) writeFileSync(join(folder, path), text);
}
writeFileSync(join(cjs, 'package.json'), '{ "type": "commonjs" }\n');
for (const entry of ['index.js', 'runtime.js', 'datasets/index.js']) {
  const up = entry.includes('/') ? '../../' : '../';
  writeFileSync(join(cjs, entry), `module.exports = require('${up}${entry}');\n`);
}
