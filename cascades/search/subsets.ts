import { keyOf } from '../chain/index.js';

/** A stage that costs more than this share of the full pipeline can't save much: its rows pay nearly twice. */
const DEAREST = 0.5;
const MOST_FEATURES = 12;
/** Subsets tried before the search stops being exhaustive. */
export const EXHAUSTIVE = 64;

/**
 * Every subset that may be worth a stage, cheapest first; `undefined` where there are too many to try, and they are
 * to be searched for instead.
 */
export function affordableSubsets(
  names: readonly string[],
  cost: (features: readonly string[]) => number,
  full: number,
): string[][] | undefined {
  if (names.length > MOST_FEATURES) return undefined;
  const subsets: string[][] = [];
  for (let mask = 1; mask < 2 ** names.length; mask++) {
    const subset = names.filter((_, i) => (mask >> i) & 1);
    if (cost(subset) <= DEAREST * full) subsets.push(subset);
  }
  return subsets.length <= EXHAUSTIVE ? byCost(subsets, cost) : undefined;
}

/** The subsets one feature away from these, larger and smaller, that are affordable and not yet known. */
export function neighbours(
  subsets: readonly (readonly string[])[],
  names: readonly string[],
  known: ReadonlySet<string>,
  cost: (features: readonly string[]) => number,
  full: number,
): string[][] {
  const found = new Map<string, string[]>();
  for (const subset of subsets) {
    for (const name of names) {
      const next = names.filter((other) =>
        other === name ? !subset.includes(name) : subset.includes(other),
      );
      if (next.length > 0 && !known.has(keyOf(next)) && cost(next) <= DEAREST * full)
        found.set(keyOf(next), next);
    }
  }
  return byCost([...found.values()], cost);
}

function byCost(subsets: string[][], cost: (features: readonly string[]) => number): string[][] {
  return subsets
    .map((subset) => ({ subset, cost: cost(subset) }))
    .sort((a, b) => a.cost - b.cost)
    .map(({ subset }) => subset);
}
