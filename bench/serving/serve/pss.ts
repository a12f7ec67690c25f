import { existsSync, readFileSync } from 'node:fs';

const ROLLUP = '/proc/self/smaps_rollup';

export const hasPss = existsSync(ROLLUP);

/** Octets of this process's share of memory: what it has with others is divided among them. */
export function pss(): number {
  return octetsOf(readFileSync(ROLLUP, 'utf8'), 'Pss');
}

/** Octets that this process has alone. */
export function privateOctets(): number {
  const rollup = readFileSync(ROLLUP, 'utf8');
  return octetsOf(rollup, 'Private_Clean') + octetsOf(rollup, 'Private_Dirty');
}

function octetsOf(rollup: string, name: string): number {
  const found = new RegExp(`^${name}: +(\\d+)`, 'm').exec(rollup);
  return 1_024 * Number(found?.[1]);
}

/** Microseconds of processor time that this process has used, its threads included. */
export function used(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
