import { pairedAllowed } from './unconditional.js';

/** Tables that are kept; each holds at most n + 1 values, of which a path needs few. */
const KEPT = 64;
const tables = new Map<string, Map<number, number>>();

/**
 * The largest b that certifies, for any c, at one n, epsilon and delta: {@link pairedAllowed}, computed at the first
 * use and kept. The values depend on nothing else, so all callers share them.
 *
 * @example
 * pairedTable(1_000, 0.01, 0.05)(20); // 19
 */
export function pairedTable(n: number, epsilon: number, delta: number): (c: number) => number {
  const key = `${n} ${epsilon} ${delta}`;
  const table = tables.get(key) ?? new Map<number, number>();
  // Moves to the end; the table that was unused longest is dropped.
  tables.delete(key);
  tables.set(key, table);
  for (const oldest of tables.keys()) {
    if (tables.size <= KEPT) break;
    tables.delete(oldest);
  }
  return (c) => {
    const known = table.get(c) ?? pairedAllowed(c, n, epsilon, delta);
    table.set(c, known);
    return known;
  };
}
