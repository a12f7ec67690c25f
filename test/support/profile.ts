import { type Cost, FREE, type Profile } from '../../lib/costs/index.js';

export const perRow = (microseconds: number, more: Partial<Cost> = {}): Cost => ({
  ...FREE,
  perRow: microseconds,
  ...more,
});

/**
 * Three features over two transforms, costs in powers of ten so that a sum says what is in it: `page` reads the row,
 * `links` reads `page`; `title` reads `page`, `linked` reads `links` (and so `page`), `size` reads nothing.
 */
export const family: Profile = {
  features: {
    size: { cost: perRow(1), entries: 2, reads: [] },
    title: { cost: perRow(10), entries: 20, reads: ['1. page'] },
    linked: { cost: perRow(100), entries: 5, reads: ['1. page', '2. links'] },
  },
  transforms: { '1. page': perRow(1_000), '2. links': perRow(10_000) },
  models: {
    linear: { fixed: 1024, perRow: 0.5, perEntry: 0.25 },
    trees: { fixed: 0, perRow: 4, perEntry: 0 },
    nothing: { fixed: 0, perRow: 0, perEntry: 0 },
  },
  full: perRow(100_000),
};

/** Features of one number each with these costs, beside models that cost nothing but for what a test says. */
export function profileWith(costs: Readonly<Record<string, Cost>>, more: Partial<Profile> = {}): Profile {
  const features = Object.entries(costs).map(([name, cost]) => [name, { cost, entries: 1, reads: [] }]);
  return {
    features: Object.fromEntries(features),
    transforms: {},
    models: { linear: { fixed: 0, perRow: 0, perEntry: 0 } },
    full: perRow(0),
    ...more,
  };
}
