import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));
const PROGRAMS = fileURLToPath(new URL('programs', import.meta.url));
/** Packages that the programs import from where they are built. */
const PACKAGES = [
  'apache-arrow',
  'hyparquet',
  'hyparquet-compressors',
  'hyparquet-writer',
  'vega-datasets',
  '@stdlib',
];

/** The command line, as users have it. */
export const SPILLWAY = [process.execPath, join(root, 'dist', 'cli', 'main.js')];

/** Builds the programs beside this file. @returns how each is run, in a process of its own, by its name */
export async function buildPrograms(folder: string): Promise<(name: string) => readonly string[]> {
  const modules = join(folder, 'node_modules');
  await mkdir(modules, { recursive: true });
  await symlink(root, join(modules, 'spillway'));
  for (const name of PACKAGES) await symlink(join(root, 'node_modules', name), join(modules, name));
  await build({
    entryPoints: (await readdir(PROGRAMS)).map((name) => join(PROGRAMS, name)),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['spillway', ...PACKAGES].flatMap((name) => [name, `${name}/*`]),
    logLevel: 'error',
  });
  return (name) => [process.execPath, '--expose-gc', join(folder, `${name}.mjs`)];
}
