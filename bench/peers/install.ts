import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('npm/', import.meta.url));

/** Failed once, npm isn't run again. */
let failed = false;

/** Installs the packages of this folder's lockfile where one is missing. @returns why it can't be had, in words */
export function install(name: string): string | undefined {
  if (isInstalled(name)) return undefined;
  if (!failed) {
    const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], {
      cwd: FOLDER,
      stdio: ['ignore', process.stderr, process.stderr],
      shell: process.platform === 'win32',
    });
    failed = status !== 0;
  }
  return failed ? `${name} could not be installed` : undefined;
}

/**
 * Loads a package of this folder's own lockfile, which is installed when it isn't yet; npm's words go to stderr. Their
 * scripts don't run: what onnxruntime-node's would fetch is for graphics cards.
 *
 * @returns or why it can't be had, in words
 */
export function loadPeer(name: string): unknown {
  const missing = install(name);
  if (missing !== undefined) return missing;
  try {
    return createRequire(`${FOLDER}package.json`)(name);
  } catch (error) {
    return `${name} does not load here: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The version in the lockfile's manifest. */
export function peerVersion(name: string): string | undefined {
  const wanted: unknown = JSON.parse(readFileSync(`${FOLDER}package.json`, 'utf8'));
  return isManifest(wanted) ? wanted.dependencies?.[name] : undefined;
}

function isInstalled(name: string): boolean {
  const manifest = `${FOLDER}node_modules/${name}/package.json`;
  if (!existsSync(manifest)) return false;
  const there: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
  return isManifest(there) && there.version === peerVersion(name);
}

function isManifest(
  value: unknown,
): value is { readonly version?: string; readonly dependencies?: Readonly<Record<string, string>> } {
  return typeof value === 'object' && value !== null;
}
