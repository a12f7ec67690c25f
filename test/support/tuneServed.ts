import { textWorld } from '../../datasets/index.js';
import { gradientBoosting, type Learner, logisticRegression, tune } from '../../index.js';
import { profileOf } from './agreement.js';
import { servedTexts } from './servedTexts.js';

/** Those that read thousands of columns in no time. */
export const LEARNERS: readonly Learner[] = [
  logisticRegression({ l2: 0.1 }),
  gradientBoosting({ rounds: 20 }),
];

const DEAR = { shape: 100, opening: 100, shouted: 100, bag: 100, hashed: 100, body: 100 };

/** Documents, and a cascade whose early stages are models of one learner; the title is what is cheap. */
export async function tuneServed(learner: Learner) {
  const { rows, labels } = textWorld({ rows: 1_200, seed: 1, classes: 2, bodyWords: 12, easy: 0.7 });
  const cascade = await tune({
    features: servedTexts,
    rows,
    labels,
    full: logisticRegression({ l2: 0.1 }),
    approximate: [learner],
    profile: profileOf({ ...DEAR, title: 1 }, ['logistic-regression', learner.name]),
    split: { folds: 2 },
    bound: { loss: 'disagreement', epsilon: 0.1, delta: 0.05 },
    seed: 1,
    // Enough to try a few subsets.
    budget: 1e10,
  });
  return { rows, labels, cascade };
}
