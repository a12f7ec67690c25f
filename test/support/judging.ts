import { type FittedRound, heldRounds, type Judging, type Material } from '../../cascades/training/index.js';
import { consecutive, denseBlock, rowBlock } from '../../lib/data/blocks/index.js';
import { classRule } from '../../lib/learn/exits/index.js';
import { gradientBoosting, type Learner } from '../../lib/learn/learners/index.js';
import { random } from '../../lib/stats/index.js';
import { stageSpec } from './plans.js';

/** What the stages of tests are made of. */
export interface StagesOptions {
  readonly rows: number;
  readonly folds: number;
  readonly learners?: readonly Learner[];
}

/**
 * Stages over rows of three features of one normal column each. The class is the sign
 * of a sum in which the first weighs most; the full model always knows it, and half of a per cent
 * may be lost.
 */
export function stagesOf({ rows, folds, learners = [trees] }: StagesOptions): {
  readonly material: Material;
  readonly judging: Judging<'selection'>;
} {
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
  const material: Material = {
    features: ['a', 'b', 'c'],
    names: ['a', 'b', 'c'],
    blocks,
    fidelities: {},
    rows: rowBlock([]),
    origin: all,
    targets: { labels: targets, answers: { ...targets, soft: scores } },
    full: {
      model,
      reads: ['a', 'b', 'c'],
      learner: undefined,
      fingerprint: 'oracle',
      price: undefined,
      scores,
    },
    fit: all,
    width: 2,
    decision,
    rule: classRule(decision),
    scale: 1,
    context: { seed: 7 },
    given: new Map(),
    requests: undefined,
  };
  const judging = {
    by: 'selection' as const,
    learners,
    rounds,
    held: heldRounds(rounds, random(6)),
    scored: all,
    full: { held: [], judged: { full: truth, labels: truth, origin: all } },
    loss: {
      lost: (answer: number, row: number) => Number(answer !== truth[row]),
      target: 0.005,
      needsLabels: false,
      pairs: [],
      isAlone: false,
    },
  };
  return { material, judging };
}

const trees = gradientBoosting({ rounds: 8, maxLeaves: 4, maxBins: 32 });

/** The spec of a stage that reads these features. */
export function specOf({ learners }: Judging, ...features: readonly string[]) {
  return stageSpec(features, learners[0].name);
}
