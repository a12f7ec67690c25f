import { readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { minify } from 'terser';

/**
 * Makes `spillway/runtime` one file. esbuild bundles it; terser makes it a twenty-fifth smaller, gzipped, than esbuild would.
 *
 * @param {string} path dist/runtime.js, which is written over
 */
export async function bundleRuntime(path) {
  await build({
    entryPoints: [path],
    outfile: path,
    allowOverwrite: true,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    // What serving needs is all ours: a test makes sure that no import is left.
    packages: 'external',
    logLevel: 'warning',
    plugins: [
      {
        // Where there is no Node, nobody listens.
        name: 'silent channels',
        setup: ({ onResolve, onLoad }) => {
          onResolve({ filter: /^node:diagnostics_channel$/ }, ({ path }) => ({ path, namespace: 'silent' }));
          onLoad({ filter: /.*/, namespace: 'silent' }, () => ({
            contents: 'export const channel = () => ({ hasSubscribers: false, publish() {} });',
          }));
        },
      },
      {
        name: 'what is light: service, errors without hints',
        setup({ onResolve, resolve }) {
          const swap = (filter, room, light) =>
            onResolve({ filter }, ({ importer, resolveDir, kind }) =>
              importer.includes(room) ? resolve(light, { importer, resolveDir, kind }) : undefined,
            );
          swap(/^\.\/service\.js$/, 'cascades/cascade', './lightService.js');
          swap(/^\.\/hints\.js$/, 'lib', './lightHints.js');
          swap(/^\.\.\/hints\.js$/, 'lib', '../lightHints.js');
          swap(/^\.\.\/\.\.\/lib\/hints\.js$/, 'cascades', '../../lib/lightHints.js');
        },
      },
    ],
  });
  const { code } = await minify(readFileSync(path, 'utf8'), {
    module: true,
    ecma: 2020,
    compress: { passes: 3 },
  });
  writeFileSync(path, code);
}
