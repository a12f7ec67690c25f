import { type AgreementRow, type Answer, agreementWorld } from '../../../datasets/index.js';
import type { TrainedModel } from '../../../entries/full.js';
import {
  define,
  dense,
  type Learner,
  type Model,
  type Plan,
  type Profile,
  type TuneOptions,
  tune,
} from '../../../index.js';
import { FREE } from '../../../lib/costs/index.js';

/** A world of one stage whose scores are given, so that a plan's true loss is known. */

export const EPSILON = 0.02;

const world = agreementWorld({ rows: 1, seed: 0 });

const model: Model = {
  name: 'sigmoid',
  classes: 2,
  score([block], out) {
    block.values.forEach((logOdds, row) => {
      out[2 * row + 1] = 1 / (1 + Math.exp(-logOdds));
      out[2 * row] = 1 - out[2 * row + 1];
    });
  },
  state: { json: null, tensors: {} },
};
const learner: Learner = { name: 'sigmoid', work: () => 1, fit: () => model, load: () => model };
export const worldsFull: TrainedModel<Answer> = {
  ...model,
  name: 'full',
  labels: ['no', 'yes'],
  reads: ['costly'],
};
const column = (of: (row: AgreementRow) => number) =>
  dense(1, (rows: readonly AgreementRow[]) => Float32Array.from(rows, of));
const features = define({ cheap: column((row) => row.cheap), costly: column((row) => row.costly) });
const cost = (perRow: number) => ({ cost: { ...FREE, perRow }, entries: 1, reads: [] });
const profile: Profile<'cheap' | 'costly'> = {
  features: { cheap: cost(1), costly: cost(100) },
  transforms: {},
  models: { sigmoid: { fixed: 0, perRow: 0.01, perEntry: 0.0001 } },
  full: { ...FREE, perRow: 0.02 },
};

/** Makes a value on first use, and keeps it. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

export function rowsOf(rows: number, seed: number): AgreementRow[] {
  return agreementWorld({ rows, seed }).rows;
}

export function tuneOn(
  rows: readonly AgreementRow[],
  more: Partial<TuneOptions<AgreementRow, Answer, 'cheap' | 'costly'>> = {},
) {
  return tune({
    features,
    rows,
    full: worldsFull,
    approximate: learner,
    profile,
    bound: { epsilon: EPSILON, delta: 0.05 },
    ...more,
  });
}

/** The share of rows to come whose answer a plan changes. */
export function trueLoss({ stages }: Pick<Plan, 'stages'>): number {
  const thresholds = stages[0]?.thresholds ?? [];
  return thresholds.reduce<number>((sum, t) => sum + world.trueDisagreement(Math.max(0.5, t ?? 1)) / 2, 0);
}

/** The share of rows to come that leave under a plan. */
export function trueExits({ stages }: Pick<Plan, 'stages'>): number {
  const thresholds = stages[0]?.thresholds ?? [];
  return thresholds.reduce<number>((sum, t) => sum + world.exitRate(Math.max(0.5, t ?? 1)) / 2, 0);
}
