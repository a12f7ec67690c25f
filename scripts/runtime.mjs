import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Bundles `spillway/runtime` into one file.
 *
 * @param {string} entry dist/runtime.js, or runtime.ts
 * @param {import('esbuild').BuildOptions} options
 */
export function bundleRuntime(entry, options) {
  return build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
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
        name: 'the light kernels, features and service',
        setup({ onResolve, resolve }) {
          const swap = (filter, room, light) =>
            onResolve({ filter }, ({ importer, resolveDir, kind }) =>
              importer.includes(room) ? resolve(light, { importer, resolveDir, kind }) : undefined,
            );
          swap(/^\.\/run\.js$/, 'kernels', './light.js');
          swap(/^\.\/learnTerms\.js$/, 'features', './lightTerms.js');
          swap(/^\.\/service\.js$/, 'served', './lightService.js');
        },
      },
    ],
    ...options,
  });
}

export const runtimeSource = fileURLToPath(new URL('../runtime.ts', import.meta.url));
