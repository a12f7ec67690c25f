import { type RankedRow, rankingWorld } from '../../datasets/index.js';
import type { Block } from '../../entries/extend.js';
import type { TrainedRegression } from '../../entries/full.js';
import { define, dense, type Learner, type Model, type TopKOptions, tuneTopK } from '../../index.js';
import { profileOf } from '../support/agreement.js';

const column = (of: (row: RankedRow) => number) =>
  dense(1, (rows: readonly RankedRow[]) => Float32Array.from(rows, of));

export const rankingFeatures = define({
  rough: column((row) => row.rough),
  fair: column((row) => row.fair),
  costly: column((row) => row.costly),
});

/** Gives each row the number of its last block. */
function scoreLast(blocks: readonly Block[], out: Float64Array): void {
  const { values } = blocks[blocks.length - 1];
  for (let row = 0; row < values.length; row++) out[row] = values[row];
}

export const lastModel: Model = {
  name: 'last',
  classes: 1,
  score: scoreLast,
  state: { json: null, tensors: {} },
};

/** Fits nothing: what its models say follows the world's law. */
export const lastLearner: Learner = {
  name: 'last',
  task: 'regression',
  work: () => 1,
  fit: () => lastModel,
  load: () => lastModel,
};

export const rankingFull: TrainedRegression = {
  name: 'full',
  task: 'regression',
  classes: 1,
  reads: ['costly'],
  score: scoreLast,
};

export const rankingProfile = profileOf({ rough: 1, fair: 5, costly: 100 }, ['last']);

/** Rows that nothing is learnt from. */
export const training = rankingWorld({ queries: 1, candidates: 50, seed: 99 })[0];

export function tuneRanking(
  options: Partial<TopKOptions<RankedRow, number, 'rough' | 'fair' | 'costly'>> &
    Pick<TopKOptions<RankedRow, number, 'rough' | 'fair' | 'costly'>, 'queries' | 'bound'>,
) {
  return tuneTopK({
    features: rankingFeatures,
    rows: training,
    full: rankingFull,
    approximate: lastLearner,
    profile: rankingProfile,
    k: 10,
    seed: 1,
    ...options,
  });
}

/** What a ranking by these scores holds: the K best, equal ones by index. */
export function plainTopK(scores: ArrayLike<number>, k: number): number[] {
  return Array.from(scores, (score, index) => ({ score, index }))
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, k)
    .map(({ index }) => index);
}

export function recallOf(answer: Iterable<number>, truth: Iterable<number>): number {
  const [found, wanted] = [new Set(answer), [...truth]];
  return wanted.filter((index) => found.has(index)).length / wanted.length;
}
