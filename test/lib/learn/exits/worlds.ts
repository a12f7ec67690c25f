import fc from 'fast-check';
import type { ExitScore } from '../../../../lib/learn/exits/index.js';
import { random } from '../../../../lib/stats/index.js';

/** Scores of a stage, the true class of each row, and what the scores should have said. */
export interface ScoredWorld {
  readonly scores: Float64Array;
  readonly truth: Int32Array;
  readonly calibrated: Float64Array;
}

/** Two classes: log-odds normal with deviation 2, and class 1 as often as `chance` of its score says. */
export function binaryWorld(seed: string, rows: number, chance: (score: number) => number): ScoredWorld {
  const rng = random(seed);
  const world = empty(rows, 2);
  for (let row = 0; row < rows; row++) {
    const score = 1 / (1 + Math.exp(-2 * rng.normal()));
    const p = chance(score);
    world.scores.set([1 - score, score], 2 * row);
    world.calibrated.set([1 - p, p], 2 * row);
    world.truth[row] = Number(rng.uniform() < p);
  }
  return world;
}

/** Several classes: normal logits of deviation 3 through softmax, where the truth has a temperature and a push on class 0. */
export function softWorld(
  seed: string,
  rows: number,
  classes: number,
  temperature: number,
  push = 0,
): ScoredWorld {
  const rng = random(seed);
  const world = empty(rows, classes);
  for (let row = 0; row < rows; row++) {
    const logits = Array.from({ length: classes }, () => 3 * rng.normal());
    const true_ = softmaxOf(logits.map((logit, c) => logit / temperature + (c === 0 ? push : 0)));
    world.scores.set(softmaxOf(logits), classes * row);
    world.calibrated.set(true_, classes * row);
    world.truth[row] = drawn(true_, rng.uniform());
  }
  return world;
}

export function softmaxOf(logits: readonly number[]): number[] {
  const most = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** The class in which `u`, uniform, falls. */
export function drawn(distribution: readonly number[], u: number): number {
  let c = 0;
  for (let left = u; c < distribution.length - 1 && left >= distribution[c]; c++) left -= distribution[c];
  return c;
}

function empty(rows: number, classes: number): ScoredWorld {
  return {
    scores: new Float64Array(rows * classes),
    truth: new Int32Array(rows),
    calibrated: new Float64Array(rows * classes),
  };
}

/** The mean distance of two tables' numbers. */
export function apart(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length;
}

/** What an exit score gives each row. */
export function scored(
  exit: ExitScore,
  classes: number,
  scores: readonly number[],
  decided: readonly number[],
): number[] {
  const out = new Float64Array(decided.length);
  exit.score(Float64Array.from(scores), classes, Int32Array.from(decided), out);
  return [...out];
}

/** Rows of probabilities, zeros, ones and the very small among them, with a true class each. */
export const anyScores = fc.integer({ min: 2, max: 4 }).chain((classes) => {
  const weight = fc.oneof(
    fc.double({ min: 1e-3, max: 1, noNaN: true }),
    fc.constantFrom(0, 1e-300, 1e-20, 1, 1),
  );
  const row = fc
    .array(weight, { minLength: classes, maxLength: classes })
    .filter((weights) => weights.some((w) => w > 0))
    .map((weights) => {
      const sum = weights.reduce((a, b) => a + b, 0);
      return weights.map((w) => w / sum);
    });
  const labelled = fc.tuple(row, fc.integer({ min: 0, max: classes - 1 }));
  return fc.array(labelled, { minLength: 1, maxLength: 30 }).map((rows) => ({
    classes,
    scores: Float64Array.from(rows.flatMap(([p]) => p)),
    truth: Int32Array.from(rows, ([, label]) => label),
  }));
});
