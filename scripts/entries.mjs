// What tsc leaves to do. `spillway/runtime` becomes one file, so that importing it opens one. And each entry gets a face for
// CommonJS: types have a copy there, since TypeScript before 5.8 lets no CommonJS module import an ES module's; code has
// none, since Node's require() takes ES modules, and two copies of a class would be two classes.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const cjs = join(dist, 'cjs');

await build({
  entryPoints: [join(dist, 'runtime.js')],
  outfile: join(dist, 'runtime.js'),
  allowOverwrite: true,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  // What serving needs is all ours: a test makes sure that no import is left.
  packages: 'external',
  logLevel: 'warning',
});

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
