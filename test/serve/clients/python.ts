import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { PYTHON } from '../../../bench/peers/python.js';

/** Where clients of the protocol are installed that others wrote; their own dependencies would be in the way of other tests. */
const env = { ...process.env, PYTHONPATH: process.env.PROTOCOL_CLIENTS };

/** A test that needs a module of Python, and is left out without it. */
export function withPython(module: string) {
  const isHere =
    process.env.PROTOCOL_CLIENTS !== undefined &&
    spawnSync(PYTHON, ['-c', `import ${module}`], { env }).status === 0;
  return isHere ? test : test.skip;
}

/** Runs a script of this folder. @returns the JSON that it printed */
export async function run(script: string, ...args: string[]) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { stdout } = await promisify(execFile)(PYTHON, [path, ...args], { env });
  return JSON.parse(stdout);
}
