import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A frame of a stack, `at of (file:///a.mjs:3:7)`, or the first line of Node's report on a module:
 * `file:///a.mjs:3`.
 */
const FRAME = /(?:^|[\s(])((?:file:\/\/\/|\/|[A-Za-z]:[\\/])[^()\n]*?):(\d+)(?::(\d+))?\)?$/;
/**
 * The folder of the command line itself. Its own code and its dependencies are no user's script.
 */
const own = fileURLToPath(new URL('..', import.meta.url));

/**
 * The innermost known place in a user's code from which an error was thrown. The cause of an error
 * is searched before the error itself.
 *
 * @param from what paths are relative to, where they lie within it
 * @returns `pipeline.js:3:7`, or undefined where only this library and Node's own code were at work
 */
export function codePlace(error: unknown, from: string): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const caused = codePlace(error.cause, from);
  if (caused !== undefined) return caused;
  for (const line of error.stack?.split('\n') ?? []) {
    const place = placeIn(line, from);
    if (place !== undefined) return place;
  }
  return undefined;
}

/** The place in a user's code that a line of a stack names. */
export function placeIn(line: string, from: string): string | undefined {
  const [, where, row, column] = FRAME.exec(line.trimEnd()) ?? [];
  if (where === undefined) return undefined;
  const path = where.startsWith('file:') ? fileURLToPath(where) : where;
  if (path.startsWith(own) || /[\\/]node_modules[\\/]/.test(path)) return undefined;
  const short = relative(from, path);
  return [short.startsWith('..') ? path : short, row, column].filter((part) => part !== undefined).join(':');
}
