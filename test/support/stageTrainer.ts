import { type FittedRound, heldRounds, type StageTrainer } from '../../cascades/training/index.js';
import { consecutive, denseBlock, rowBlock } from '../../lib/data/blocks/index.js';
import { classRule } from '../../lib/learn/exits/index.js';
import { gradientBoosting, type Learner } from '../../lib/learn/learners/index.js';
import { random } from '../../lib/stats/index.js';

/** What a trainer of tests is made of. */
export interface TrainerOptions {
  readonly rows: number;
  readonly folds: number;
  readonly learners?: readonly Learner[];
}

/**
 * A trainer of stages over rows of three features of one normal column each. The class is the sign
 * of a sum in which the first weighs most; the full model always knows it, and half of a per cent
 * may be lost.
 */
export function trainerOf({ rows, folds, learners = [trees] }: TrainerOptions): StageTrainer {
  const draw = random(5);
  const columns = [0, 1, 2].map(() => Float32Array.from({ length: rows }, () => draw.normal()));
  const [a, b, c] = columns;
  const truth = Float64Array.from(a, (value, row) => Number(2 * value + b[row] + 0.5 * c[row] > 0));
  const blocks = columns.map((values) => denseBlock(rows, 1, values));
  const all = consecutive(0, rows);
  const rounds = Array.from({ length: folds }, (_, fold): FittedRound => {
    const [fit, score] = [true, false].map((fits) => all.filter((row) => (row % folds !== fold) === fits));
    const of = (some: Int32Array) => blocks.map((block) => ({ block, rows: some }));
    return { fit, score, blocks: { fit: of(fit), score: of(score) } };
  });
  const scores = Float64Array.from({ length: 2 * rows }, (_, i) => Number(truth[i >> 1] === i % 2));
  const model = { name: 'oracle', classes: 2, score: () => scores };
  const targets = { truth, width: 2 };
  const decision = { kind: 'argmax' } as const;
  return {
    names: ['a', 'b', 'c'],
    blocks,
    rows: rowBlock([]),
    origin: all,
    learners,
    targets: { labels: targets, answers: { ...targets, soft: scores } },
    full: {
      model,
      reads: ['a', 'b', 'c'],
      learner: undefined,
      fingerprint: 'oracle',
      price: undefined,
      scores,
      held: [],
      rounds,
      judged: { full: truth, labels: truth, origin: all },
    },
    split: { fit: all, scored: all },
    rounds,
    held: heldRounds(rounds, random(6)),
    width: 2,
    decision,
    rule: classRule(decision),
    scale: 1,
    loss: { lost: (answer, row) => Number(answer !== truth[row]), target: 0.005, needsLabels: false },
    context: { seed: 7 },
    given: new Map(),
    requests: undefined,
  };
}

const trees = gradientBoosting({ rounds: 8, maxLeaves: 4, maxBins: 32 });

/** The spec of a stage that reads these features. */
export function specOf(trainer: StageTrainer, ...features: readonly string[]) {
  const [{ name: learner }] = trainer.learners;
  return { features, learner, target: 'labels', passed: false, prefix: null } as const;
}
