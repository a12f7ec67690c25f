import { createHash, randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** This machine, as a part of a name. */
const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
const NAME = /^\.[0-9a-z.]+-([0-9a-f]{8})-(\d+)-[0-9a-f-]{36}\.tmp$/;
/** Milliseconds after which a temporary file of another machine is taken for left behind. */
const OLD = 24 * 3_600_000;

/** A name that no other file has, and that tells whose it is. */
export function temporaryName(name: string): string {
  return `.${name}-${host}-${process.pid}-${randomUUID()}.tmp`;
}

/** Removes temporary files whose process has ended, and those of other machines that are a day old. */
export async function removeTemporary(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, of, pid] = NAME.exec(name) ?? [];
    if (of === undefined) continue;
    const path = join(folder, name);
    const isLeft = of === host ? !isAlive(Number(pid)) : await isOld(path);
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
