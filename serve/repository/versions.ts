import type { VersionPolicy } from './settings.js';

/** Orders versions: digits without leading zeros, of any length. */
export function compareVersions(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

/**
 * The versions to serve.
 *
 * @param found the versions that there are
 * @returns ascending, so that the last is preferred
 */
export function selectVersions(policy: VersionPolicy, found: readonly string[]): readonly string[] {
  const ascending = [...found].sort(compareVersions);
  if (policy === 'latest') return ascending.slice(-1);
  return policy === 'all' ? ascending : ascending.filter((version) => policy.includes(version));
}
