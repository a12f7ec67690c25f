import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { MissingPackage } from './errors.js';

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
export async function optionalPackage(name: string, purpose: string, load = loadPackage): Promise<unknown> {
  try {
    return await load(name);
  } catch (error) {
    if (!isAbsent(error)) throw error;
    throw new MissingPackage([name], purpose, { cause: error });
  }
}
