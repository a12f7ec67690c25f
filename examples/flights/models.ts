import { gradientBoosting } from 'spillway';

/** Options that every run shares: trees behind fewer trees, and whole days kept aside. */
export const flightModels = {
  full: gradientBoosting({ rounds: 80, maxDepth: 4 }),
  approximate: gradientBoosting({ rounds: 40, maxDepth: 4 }),
  groups: ({ day }: { readonly day: number }) => day,
  split: { certify: 0.82, folds: 3 },
} as const;
