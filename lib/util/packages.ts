import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MissingPackage, PackageConflict } from '../errors.js';
import { errorText } from './errorText.js';
import { textMember } from './member.js';

/**
 * Loads an optional package by its name. Tests put another in its place.
 *
 * @param of a package that depends on it: then the copy that this one uses
 */
export type Load = (name: string, of?: string) => Promise<unknown>;

/**
 * Runs an import that is written out, with the types of its package and where bundlers see it. Tests put another in its
 * place.
 */
export type Importer = <T>(start: () => Promise<T>) => Promise<T>;

/** Found as `require` finds it, which also searches NODE_PATH. */
export const loadPackage: Load = async (name, of) => {
  const here = createRequire(import.meta.url);
  const path = of === undefined ? here.resolve(name) : createRequire(here.resolve(of)).resolve(name);
  const loaded: unknown = await import(pathToFileURL(path).href);
  // A CommonJS package is complete only in its default export.
  return (isModule(loaded) && loaded.default) || loaded;
};

function isModule(value: unknown): value is { readonly default?: unknown } {
  return typeof value === 'object' && value !== null;
}

/**
 * The version of a package as `loadPackage` finds it; undefined where it isn't installed.
 *
 * @param of a package that depends on it: then the copy that this one uses
 */
export function installedVersion(name: string, of?: string): string | undefined {
  try {
    const here = createRequire(import.meta.url);
    const from = of === undefined ? here : createRequire(here.resolve(of));
    // Some packages don't export their package.json.
    for (const folder of from.resolve.paths(name) ?? []) {
      const path = join(folder, name, 'package.json');
      if (!existsSync(path)) continue;
      const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'));
      return textMember(manifest, 'version');
    }
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
  return undefined;
}

/** Whether a package isn't there, rather than broken. */
export function isAbsent(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'MODULE_NOT_FOUND' || error.code === 'ERR_MODULE_NOT_FOUND')
  );
}

/**
 * Loads an optional package.
 *
 * @param purpose what needs it
 * @throws MissingPackage if it isn't installed
 */
export function optionalPackage<T>(
  name: string,
  purpose: string,
  load: (name: string) => Promise<T>,
): Promise<T>;
export function optionalPackage(name: string, purpose: string, load?: Load): Promise<unknown>;
export async function optionalPackage(name: string, purpose: string, load = loadPackage): Promise<unknown> {
  try {
    return await load(name);
  } catch (error) {
    if (!isAbsent(error)) throw error;
    throw new MissingPackage([name], purpose, { cause: error });
  }
}

/**
 * Whether a native library wasn't loaded. Two releases of ONNX Runtime in one process are the usual reason: both call
 * their shared library the same, and the second binds to the first one's.
 */
export function isSecondRuntime(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && at.code === 'ERR_DLOPEN_FAILED') return true;
  }
  return false;
}

/** @param name of the package that was to be loaded */
export function secondRuntime(name: string, cause: unknown): PackageConflict {
  const why = errorText(cause);
  return new PackageConflict(
    'onnxruntime-node',
    `${name} can't load its onnxruntime-node (${why}). One process can hold one release of it, and another may have been loaded before: ` +
      "install the release that @huggingface/transformers pins, so that both share it ('npm ls " +
      "onnxruntime-node' shows the copies)",
    { cause },
  );
}
