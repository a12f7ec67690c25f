import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { OptionError, SpillwayError } from '../index.js';
import { meant } from '../lib/check.js';
import { errorText } from '../lib/util/errorText.js';
import { codePlace, placeIn } from './place.js';

/**
 * The exports of a script: named ones, its default, or the result of a function that is its
 * default.
 */
export type Exports = Readonly<Record<string, unknown>>;

/** A script that couldn't be run, or threw. */
export class ScriptError extends SpillwayError {
  override name = 'ScriptError';

  constructor(
    message: string,
    /** Where, as `pipeline.js:3:7`, if that is known. */
    readonly at: string | undefined,
    options?: ErrorOptions,
  ) {
    super('SCRIPT', message, options);
  }
}

/**
 * Runs a module of the user's.
 *
 * @param known the named exports that are used: others, which its author may have reasons for, are
 * ignored; all of them by default
 * @throws OptionError if there is no such module, it exports no features, or an export looks
 * misspelt; ScriptError if it fails
 */
export async function exportsOf(path: string, known?: readonly string[]): Promise<Exports> {
  if (!existsSync(path)) throw new OptionError('SCRIPT', `there is no file ${path}`);
  const module: Exports = await import(pathToFileURL(resolve(path)).href).catch(async (error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_UNKNOWN_FILE_EXTENSION'))
      throw await failed(path, error);
    throw new OptionError(
      'SCRIPT',
      /\.[cm]?tsx?$/.test(path)
        ? `this Node doesn't run ${path} as it is: NODE_OPTIONS=--import=tsx runs TypeScript, and so does ` +
            'Node from 22.18 on'
        : `${path} is no module that Node runs; expected one such as pipeline.js`,
    );
  });
  const { default: given, ...named } = module;
  let made: unknown = given;
  if (typeof given === 'function') {
    try {
      made = await given();
    } catch (error) {
      throw await failed(path, error);
    }
  }
  const own = typeof made === 'object' && made !== null ? made : {};
  const all = { ...(known === undefined ? named : taken(path, named, own, known)), ...own };
  if ('features' in all) return all;
  throw new OptionError(
    'SCRIPT',
    `${path} exports ${Object.keys({ ...named, ...own }).join(', ') || 'nothing'}; expected 'features' at least`,
  );
}

/** The exports with one of these names. */
export function pickExports(exports: Exports, names: readonly string[]): Exports {
  return Object.fromEntries(Object.entries(exports).filter(([name]) => names.includes(name)));
}

/**
 * Keeps the exports that are used. Others are ignored, except those that look like a misspelt name
 * of a missing one, which are errors.
 */
function taken(path: string, named: Exports, own: object, known: readonly string[]): Exports {
  const lacking = known.filter((name) => !(name in named || name in own));
  for (const name of Object.keys(named)) {
    const slip = known.includes(name) ? '' : meant(name, lacking);
    if (slip !== '')
      throw new OptionError('SCRIPT', `${path} exports '${name}', which isn't an option${slip}`);
  }
  return pickExports(named, known);
}

async function failed(path: string, error: unknown): Promise<unknown> {
  if (error instanceof SpillwayError) return error;
  const message = errorText(error);
  const at =
    codePlace(error, process.cwd()) ?? (error instanceof SyntaxError ? await syntaxAt(path) : undefined);
  return new ScriptError(`${path} failed: ${message}`, at, { cause: error });
}

/**
 * The place of a syntax error in a module, or in one that it imports: Node reports it only to a
 * process of its own.
 */
function syntaxAt(path: string): Promise<string | undefined> {
  const args = [...process.execArgv, resolve(path)];
  return new Promise((done) => {
    execFile(process.execPath, args, { timeout: 30_000 }, (_, __, err) => {
      const places = err.split('\n').map((line) => placeIn(line, process.cwd()));
      done(places.find((place) => place !== undefined));
    });
  });
}
