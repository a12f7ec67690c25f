import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { OptionError } from '../index.js';

/** What a script exports: by name, or as its default, or what a function that is its default returns. */
export type Exports = Readonly<Record<string, unknown>>;

/**
 * Runs a module of the user's.
 *
 * @throws OptionError where there is no such module, or it exports no features
 */
export async function exportsOf(path: string): Promise<Exports> {
  if (!existsSync(path)) throw new OptionError('SCRIPT', `there is no file ${path}`);
  const module: Exports = await import(pathToFileURL(resolve(path)).href).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_UNKNOWN_FILE_EXTENSION'))
      throw error;
    throw new OptionError(
      'SCRIPT',
      /\.[cm]?tsx?$/.test(path)
        ? `this Node doesn't run ${path} as it is: NODE_OPTIONS=--import=tsx runs TypeScript, and so does Node from 22.18 on`
        : `${path} is no module that Node runs; expected one such as pipeline.js`,
    );
  });
  const { default: given, ...named } = module;
  const made: unknown = typeof given === 'function' ? await given() : given;
  const all = { ...named, ...(typeof made === 'object' && made !== null ? made : {}) };
  if ('features' in all) return all;
  throw new OptionError(
    'SCRIPT',
    `${path} exports ${Object.keys(all).join(', ') || 'nothing'}; expected 'features' at least`,
  );
}

/** Those of the exports that have one of these names. */
export function pick(exports: Exports, names: readonly string[]): Exports {
  return Object.fromEntries(Object.entries(exports).filter(([name]) => names.includes(name)));
}
