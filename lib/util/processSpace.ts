import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { textDigest } from './digest.js';

let own: string | undefined;

/** Those whose process numbers this one sees: of this machine since it began, and of this container. */
export function processSpace(): string {
  own ??= processSpaceOf(
    () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'),
    () => readlinkSync('/proc/self/ns/pid'),
  );
  return own;
}

/** @returns a part of a name; where a system doesn't tell both, one that no other process has */
export function processSpaceOf(boot: () => string, namespace: () => string): string {
  let whose: string;
  try {
    whose = JSON.stringify([hostname(), boot(), namespace()]);
  } catch {
    whose = randomUUID();
  }
  return textDigest(whose).slice(0, 8);
}

/** Whether a neighbour's process is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process may not be asked.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
