import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Installations of tfjs-node and tfjs-node-gpu on a real libtensorflow, as `.ci/tensorflow` makes them. */
export type Installation = 'node' | 'gpu' | 'both';

/** The folder that holds them; tests of them are left out where the variable isn't set. */
export const LIBTENSORFLOW = process.env.LIBTENSORFLOW;

function repositoryOf(folder: string): string {
  return folder.endsWith('/test/lib/models/full/tfjs/') ? join(folder, '../../../../..') : dirname(folder);
}

const root = repositoryOf(fileURLToPath(new URL('.', import.meta.url)));

/**
 * A user's project: spillway as it is published, beside packages of TensorFlow.js.
 *
 * @param packages those that the project itself can resolve; all of the installation's by default
 */
export async function projectWith(
  installation: Installation,
  packages?: readonly string[],
): Promise<{
  run(script: string, args?: readonly string[]): Promise<unknown>;
  readonly folder: string;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-tfjs-'));
  const modules = join(folder, 'node_modules');
  await mkdir(join(modules, 'spillway'), { recursive: true });
  await cp(join(root, 'dist'), join(modules, 'spillway', 'dist'), { recursive: true });
  await cp(join(root, 'package.json'), join(modules, 'spillway', 'package.json'));
  const { dependencies }: { dependencies: object } = JSON.parse(
    await readFile(join(root, 'package.json'), 'utf8'),
  );
  for (const name of Object.keys(dependencies)) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(root, 'node_modules', name), join(modules, name));
  }
  const theirs = join(LIBTENSORFLOW ?? '', installation, 'node_modules', '@tensorflow');
  if (packages === undefined) await symlink(theirs, join(modules, '@tensorflow'));
  else {
    await mkdir(join(modules, '@tensorflow'));
    for (const name of packages) await symlink(join(theirs, name), join(modules, '@tensorflow', name));
  }
  return {
    folder,
    /** Runs a module there; it prints one line of JSON last. */
    async run(script, args = []) {
      const path = join(folder, 'script.mjs');
      await writeFile(path, script);
      const { stdout } = await promisify(execFile)(process.execPath, [path, ...args], { cwd: folder });
      return JSON.parse(stdout.trim().split('\n').at(-1) ?? 'null');
    },
  };
}

/** The SavedModel and the answers that TensorFlow gave. */
export const SAVED_MODEL = join(root, 'test/fixtures/saved-model');
