import { existsSync, readFileSync } from 'node:fs';

const ROLLUP = '/proc/self/smaps_rollup';

export const hasPss = existsSync(ROLLUP);

/** Octets of this process's share of memory: what it has with others is divided among them. */
export function pss(): number {
  const found = /^Pss: +(\d+)/m.exec(readFileSync(ROLLUP, 'utf8'));
  return 1_024 * Number(found?.[1]);
}

/** Microseconds of processor time that this process has used, its threads included. */
export function used(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
