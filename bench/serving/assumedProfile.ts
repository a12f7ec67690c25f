import type { Profile } from 'spillway';

/** Costs that nobody measured, so that plans are the same on any machine. */
export function assumedProfile<Name extends string>(
  features: {
    readonly [name in Name]: { readonly perRow: number; readonly entries: number };
  },
): Profile<Name> {
  const free = { fixed: 0, growth: 0, wait: 0, spread: 0, price: 0 };
  const profiled: Partial<Profile<Name>['features']> = {};
  for (const name in features) {
    const { perRow, entries } = features[name];
    profiled[name] = { cost: { ...free, perRow }, entries, reads: [] };
  }
  return {
    features: profiled as Profile<Name>['features'], // Complete: every name was just set.
    transforms: {},
    models: { 'logistic-regression': { fixed: 1, perRow: 0.1, perEntry: 0.001 } },
    full: { ...free, perRow: 1 },
  };
}
