import { randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, processSpace } from '../../lib/util/processSpace.js';

const NAME = /^\.[0-9a-z.]+-([0-9a-f]{8})-(\d+)-[0-9a-f-]{36}\.tmp$/;
/** Milliseconds without a write after which a temporary file of processes that can't be asked for is left behind. */
const OLD = 3_600_000;

/** A name that no other file has, and that tells whose it is. */
export function temporaryName(name: string): string {
  return `.${name}-${processSpace}-${process.pid}-${randomUUID()}.tmp`;
}

/** Removes temporary files whose process has ended, and those of other machines and containers that are an hour old. */
export async function removeTemporary(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, of, pid] = NAME.exec(name) ?? [];
    if (of === undefined) continue;
    const path = join(folder, name);
    const isLeft = of === processSpace ? !isAlive(Number(pid)) : await isOld(path);
    if (isLeft) await rm(path, { force: true });
  }
}

async function isOld(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > OLD;
}
