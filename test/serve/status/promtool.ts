import { spawn, spawnSync } from 'node:child_process';
import test from 'ava';

/** Prometheus' own tool, of Debian's package `promtool`. */

/** A test that needs it, and is left out without it. */
export const withPromtool = spawnSync('promtool', ['--version']).status === 0 ? test : test.skip;

/** Runs it. @returns its exit code, and all that it said */
export function promtool(
  args: readonly string[],
  given: { readonly input?: string; readonly cwd?: string } = {},
): Promise<{ readonly code: number | null; readonly said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('promtool', args, { ...(given.cwd !== undefined && { cwd: given.cwd }) });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, said }));
    // It may end before it has read all.
    child.stdin.on('error', () => {});
    child.stdin.end(given.input ?? '');
  });
}
