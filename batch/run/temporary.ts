import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { digestOf } from '../units/index.js';

const NAME = /^\.[0-9a-z.]+-([0-9a-f]{8})-(\d+)-[0-9a-f-]{36}\.tmp$/;
/** Milliseconds without a write after which a temporary file of processes that can't be asked for is left behind. */
const OLD = 3_600_000;

/** Those whose process numbers this one sees: of this machine since it began, and of this container. */
const neighbours = neighboursOf(
  () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'),
  () => readlinkSync('/proc/self/ns/pid'),
);

/** @returns a part of a name; where a system doesn't tell both, one that no other process has */
export function neighboursOf(boot: () => string, namespace: () => string): string {
  let whose: string;
  try {
    whose = JSON.stringify([hostname(), boot(), namespace()]);
  } catch {
    whose = randomUUID();
  }
  return digestOf(whose).slice(0, 8);
}

/** A name that no other file has, and that tells whose it is. */
export function temporaryName(name: string): string {
  return `.${name}-${neighbours}-${process.pid}-${randomUUID()}.tmp`;
}

/** Removes temporary files whose process has ended, and those of other machines and containers that are an hour old. */
export async function removeTemporary(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, of, pid] = NAME.exec(name) ?? [];
    if (of === undefined) continue;
    const path = join(folder, name);
    const isLeft = of === neighbours ? !isAlive(Number(pid)) : await isOld(path);
    if (isLeft) await rm(path, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process may not be asked.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function isOld(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > OLD;
}
