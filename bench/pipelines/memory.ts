import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What reading a file takes at its most in a process of its own, over the file's size; the file itself counts. */
export async function readingMemory(file: string): Promise<{ megabytes: number; ratio: number }> {
  const script = fileURLToPath(new URL('./memory-read.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...process.execArgv,
    '--expose-gc',
    script,
    file,
  ]);
  const { size } = await stat(file);
  return { megabytes: size / 2 ** 20, ratio: Number(stdout) / size };
}
