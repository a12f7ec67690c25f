import type { AgreementRow, AgreementWorld, Answer } from '../../datasets/index.js';
import type { TrainedModel } from '../../entries/full.js';
import {
  Cascade,
  define,
  dense,
  type Learner,
  type Model,
  type Plan,
  type Profile,
  type TuneOptions,
  tune,
} from '../../index.js';
import { FREE } from '../../lib/costs/index.js';

/** Writes the probabilities of 'no' and 'yes' that a single column of log-odds stands for. */
function sigmoid(values: Float32Array, out: Float64Array): void {
  values.forEach((logOdds, row) => {
    const yes = 1 / (1 + Math.exp(-logOdds));
    out[2 * row] = 1 - yes;
    out[2 * row + 1] = yes;
  });
}

const model: Model = {
  name: 'sigmoid',
  classes: 2,
  score: ([block], out) => sigmoid(block.values, out),
  state: { json: null, tensors: {} },
};

/** Fits nothing: its models' scores are the intended ones of the world, so that what is true of them is known. */
export const sigmoidLearner: Learner = {
  name: 'sigmoid',
  work: () => 1,
  fit: () => model,
  load: () => model,
};

/** The full model of an agreement world. */
export const worldsFull: TrainedModel<Answer> = {
  ...model,
  name: 'full',
  labels: ['no', 'yes'],
  reads: ['costly'],
};

export const worldsFeatures = define({
  cheap: dense(1, (rows: readonly AgreementRow[]) => Float32Array.from(rows, (row) => row.cheap)),
  costly: dense(1, (rows: readonly AgreementRow[]) => Float32Array.from(rows, (row) => row.costly)),
});

/** The profile of features that cost `perRow` microseconds a row, beside which models cost next to nothing. */
export function profileOf<Name extends string>(
  perRow: Readonly<Record<Name, number>>,
  learners: readonly string[] = ['logistic-regression'],
): Profile<Name> {
  const inference = { fixed: 0, perRow: 0.01, perEntry: 0.0001 };
  const features: Partial<Record<Name, Profile<Name>['features'][Name]>> = {};
  for (const name in perRow) {
    features[name] = { cost: { ...FREE, perRow: perRow[name] }, entries: 1, reads: [] };
  }
  return {
    features: features as Profile<Name>['features'], // Complete: every name was just set.
    transforms: {},
    models: Object.fromEntries(learners.map((name) => [name, inference])),
    full: { ...FREE, perRow: 0.02 },
  };
}

export const worldsProfile = profileOf({ cheap: 1, costly: 100 }, ['sigmoid']);

/** The true disagreement of a plan with at most one stage, which reads `cheap`. */
export function trueDisagreement(world: AgreementWorld, { stages }: Pick<Plan, 'stages'>): number {
  const thresholds = stages[0]?.thresholds ?? [];
  // Half the rows are decided each way, and each class has its own threshold.
  return thresholds.map((t) => world.trueDisagreement(Math.max(0.5, t ?? 1)) / 2).reduce((a, b) => a + b, 0);
}

export type WorldOptions = Partial<TuneOptions<AgreementRow, Answer, 'cheap' | 'costly'>>;

/** Reads a cascade that {@link tuneWorld} made, with its full model or another. */
export function loadWorld(path: string | Uint8Array, full: TrainedModel<Answer> = worldsFull) {
  return Cascade.load(path, { features: worldsFeatures, full, learners: [sigmoidLearner] });
}

/** Tunes on an agreement world, whose one stage's scores are the intended ones; what is certified is disagreement. */
export function tuneWorld({ rows }: Pick<AgreementWorld, 'rows'>, options: WorldOptions = {}) {
  return tune({
    features: worldsFeatures,
    rows,
    full: worldsFull,
    approximate: sigmoidLearner,
    profile: worldsProfile,
    bound: { epsilon: 0.02 },
    ...options,
  });
}
