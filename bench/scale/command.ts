import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { Watch } from './watch.js';

/** What a command took, with all processes that it started. */
export interface Took {
  readonly seconds: number;
  /** Of processors, in user code and in the system. */
  readonly cpuSeconds: number;
  /** Megabytes: the sum of its processes' peaks; not a number where the system has no /proc. */
  readonly peakMB: number;
  readonly stdout: string;
}

export interface CommandOptions {
  /** File that is its standard input. @defaultValue nothing */
  readonly input?: string;
  /** File that its standard output goes to. @defaultValue it is returned */
  readonly output?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Bash counts what its children took, and theirs: it says so on descriptor 3, and the command's errors go to 4. */
const TIMED = 'TIMEFORMAT="%3R %3U %3S"; { time "$@" 2>&4; } 2>&3';

/** Runs a command to its end. @throws Error with the end of its standard error, where it fails */
export async function runCommand(
  command: readonly string[],
  { input, output, env = process.env }: CommandOptions = {},
): Promise<Took> {
  const from = input === undefined ? undefined : openSync(input, 'r');
  const to = output === undefined ? undefined : openSync(output, 'w');
  const child = spawn('bash', ['-c', TIMED, 'bash', ...command], {
    stdio: [from ?? 'ignore', to ?? 'pipe', 'inherit', 'pipe', 'pipe'],
    env,
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  const watch = new Watch(child.pid ?? 0);
  try {
    const [stdout, times, errors, code] = await Promise.all([
      child.stdout === null ? '' : text(child.stdout),
      ...[child.stdio[3], child.stdio[4]].map((stream) => (isReadable(stream) ? text(stream) : '')),
      ended,
    ]);
    if (code !== 0)
      throw new Error(`${command.join(' ')} ended with ${code}:\n${String(errors).slice(-2_000)}`);
    const [seconds, user, system] = String(times).trim().split(' ').map(Number);
    // What nobody waited for, Bash hasn't counted; the last moments of a process, the watch hasn't seen.
    const cpuSeconds = Math.max(user + system, watch.cpuSeconds);
    return { seconds, cpuSeconds, peakMB: watch.peakMB, stdout: String(stdout) };
  } finally {
    watch.end();
    for (const file of [from, to]) if (file !== undefined) closeSync(file);
  }
}

function isReadable(stream: unknown): stream is NodeJS.ReadableStream {
  return typeof stream === 'object' && stream !== null && 'read' in stream;
}
