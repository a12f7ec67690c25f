import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The command line as a shell runs it: the built file, its streams and its exit codes. */

export const binary = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const each = fileURLToPath(new URL('eachCommand.mjs', import.meta.url));

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export function run(args: readonly string[], cwd?: string): Promise<Ran> {
  return node([binary, ...args], cwd);
}

/** Runs commands that are soon over, one after the other in one process. */
export async function runEach(
  calls: readonly (readonly [args: readonly string[], cwd: string, env?: Readonly<Record<string, string>>])[],
): Promise<Ran[]> {
  const { out, err } = await node([each, JSON.stringify([binary, calls])]);
  if (out === '') throw new Error(err);
  return JSON.parse(out);
}

function node(args: readonly string[], cwd?: string): Promise<Ran> {
  return new Promise((done) => {
    const child = execFile(process.execPath, args, { ...(cwd && { cwd }), maxBuffer: 1e8 }, (_, out, err) =>
      done({ code: child.exitCode ?? -1, out, err }),
    );
    child.stdin?.end();
  });
}
