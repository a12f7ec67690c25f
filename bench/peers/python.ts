import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A Python script that answers each line it is sent with one line of JSON. */
export interface PythonPeer {
  /** Its first message, once it is ready. */
  readonly ready: object;
  request(line: string): Promise<object>;
  close(): Promise<void>;
}

/** The one that PYTHON names, or else Debian's own: that is where its python3-sklearn is. */
export const PYTHON = process.env.PYTHON ?? (existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3');

/** The one that SKLEARN_NEW names: it has the newest scikit-learn, and what is beside it in pipelines. */
export const SKLEARN_PYTHON = process.env.SKLEARN_NEW ?? PYTHON;

/** The one that has Ray and Spark. */
export const CLUSTER_PYTHON = process.env.CLUSTER_PYTHON;

/**
 * Starts a script of this folder that needs scikit-learn, or another package.
 *
 * @returns or the reason why there is none, in words
 * @throws if it is installed but fails
 */
export async function startPython(
  script: string,
  args: readonly string[],
  interpreter = PYTHON,
  { name, module } = { name: 'scikit-learn', module: 'sklearn' },
): Promise<PythonPeer | string> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const python = spawn(interpreter, [path, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => {
    python.once('close', () => resolve());
    python.once('error', () => resolve());
  });
  let complaint = '';
  python.stderr.on('data', (text) => {
    complaint += text;
  });
  // A write to a process that has ended fails here; the missing answer reports it.
  python.stdin.on('error', () => {});
  const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    const parsed: unknown = done ? undefined : JSON.parse(value);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  };
  const close = async () => {
    python.stdin.end();
    await ended;
  };

  const ready = await Promise.race([
    answer(),
    once(python, 'error').then(
      () => undefined,
      () => undefined,
    ),
  ]);
  if (ready === undefined || !('version' in ready)) {
    await close();
    // A module that is missing, also one that it needs, is this machine's affair, anything else a fault of ours.
    const absent = complaint === '' ? module : /No module named '(\w+)/.exec(complaint)?.[1];
    if (absent !== undefined) return `python3-${absent} is not installed`;
    throw new Error(`${name} failed:\n${complaint}`);
  }
  return {
    ready,
    async request(line) {
      python.stdin.write(`${line}\n`);
      const answered = await answer();
      if (answered === undefined) {
        throw new Error(`${name} ended early: ${complaint.trim().split('\n').at(-1)}`);
      }
      return answered;
    },
    close,
  };
}
