import { times } from './numbers.js';

/** The name of a cost: prices are no time. */
export function costName(unit: string): 'cost' | 'price' {
  return unit === 'price' ? 'price' : 'cost';
}

export function costHead(unit: string): string {
  return unit === 'price' ? 'Price a row' : 'Cost a row';
}

/** How many times cheaper, by the unit: `3.10×`, or for prices `3.10× cheaper`. */
export function gain(ratio: number, unit: string): string {
  return unit === 'price' ? `${times(ratio)} cheaper` : times(ratio);
}

/** The cost of each stage per row of the whole batch, as a share of all stages' cost. */
export function costShares(stages: readonly { readonly reach: number; readonly cost: number }[]): number[] {
  const costs = stages.map(({ reach, cost }) => reach * cost);
  const sum = costs.reduce((a, b) => a + b, 0);
  return costs.map((c) => (sum > 0 ? c / sum : 0));
}
