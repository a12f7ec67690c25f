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
        name: 'the light kernels',
        setup: ({ onResolve, resolve }) =>
          onResolve({ filter: /^\.\/run\.js$/ }, ({ importer, resolveDir, kind }) =>
            importer.includes('kernels') ? resolve('./light.js', { importer, resolveDir, kind }) : undefined,
          ),
      },
    ],
    ...options,
  });
}

export const runtimeSource = fileURLToPath(new URL('../runtime.ts', import.meta.url));
