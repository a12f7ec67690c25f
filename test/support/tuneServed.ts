import { gaussianWorld, numberWorld, textWorld } from '../../datasets/index.js';
import {
  absoluteError,
  gradientBoosting,
  type Learner,
  logisticRegression,
  randomForest,
  ridgeRegression,
  tune,
} from '../../index.js';
import { profileOf } from './agreement.js';
import { servedNumbers, servedPoints } from './servedColumns.js';
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

/** Points as they are after JSON, and their classes. */
export function pointWorld() {
  const { rows, labels } = gaussianWorld({ rows: 600, seed: 1 });
  return { rows: rows.map(({ cheap, costly }) => ({ cheap: [...cheap], costly: [...costly] })), labels };
}

/** Points, and a cascade of random forests. */
export async function tuneForests() {
  const world = pointWorld();
  const features = servedPoints();
  const cascade = await tune({
    ...world,
    features,
    full: randomForest({ trees: 10 }),
    profile: profileOf({ cheap: 1, costly: 100 }, ['random-forest']),
    bound: { loss: 'disagreement', epsilon: 0.2, delta: 0.05 },
    split: { folds: 2 },
    seed: 1,
  });
  return { rows: world.rows, features, cascade };
}

/** Learners of the early stages of cascades of numbers. */
export const NUMBER_LEARNERS: readonly Learner[] = [
  ridgeRegression(),
  gradientBoosting({ loss: 'squared', rounds: 20 }),
];

/** Rows of numbers, and a cascade whose early stages are models of one learner. */
export async function tuneNumbers(approximate: Learner) {
  const { rows, labels } = numberWorld({ rows: 3_000, seed: 1 });
  const cascade = await tune({
    features: servedNumbers,
    rows,
    labels,
    full: ridgeRegression(),
    approximate: [approximate],
    profile: profileOf({ cheap: 1, rest: 100 }, ['ridge-regression', approximate.name]),
    bound: { loss: absoluteError(4), epsilon: 0.1, delta: 0.05 },
    seed: 1,
  });
  return { rows, cascade };
}
