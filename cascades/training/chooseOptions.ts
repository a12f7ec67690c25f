import { type Block, consecutive } from '../../lib/data/blocks/index.js';
import { trainingSet } from '../../lib/learn/fits/index.js';
import type { FitContext, Learner } from '../../lib/learn/learners/index.js';
import type { Round, Run } from '../problem/index.js';
import type { Label } from '../types/index.js';
import { type Targets, withOrigin } from './crossfit.js';
import type { FeatureBlocks } from './featureBlocks.js';

/** What options are chosen on: all features of rows, and the rounds in which these are held out. */
interface Choice {
  readonly names: readonly string[];
  readonly blocks: readonly Block[];
  readonly targets: Targets;
  /** @defaultValue the learner divides the rows itself */
  readonly rounds?: readonly Round[];
  readonly context: FitContext;
}

/**
 * Without the learners that `tune` offers by itself and that can't take some number: a feature of one's own may have NaN
 * that it doesn't declare.
 *
 * @param learners the full model's own first
 * @param isGiven whether they were given
 */
export function ableLearners(
  learners: readonly Learner[],
  blocks: readonly Block[],
  isGiven: boolean,
): readonly Learner[] {
  const [own, ...offered] = learners;
  if (isGiven || offered.every(({ missing }) => missing)) return learners;
  if (blocks.every(({ values }) => values.every(Number.isFinite))) return learners;
  return [own, ...offered.filter(({ missing }) => missing)];
}

/**
 * A run whose learners have no options left open: those are chosen here, once, for all features and
 * the labels, on the rows that models are fitted to and judged by. Without labels they stay open,
 * and each fit chooses.
 */
export async function chooseOptions<Row, L extends Label, Name extends string>(
  run: Run<Row, L, Name>,
  { blocks }: FeatureBlocks<Row>,
): Promise<Run<Row, L, Name>> {
  const { options, problem, early } = run;
  const { development, split, width } = problem;
  const { labels, rows } = development;
  const isGiven = options.approximate !== undefined;
  // Where seconds are limited, what a run can't do without comes first: nothing is chosen for what is only offered.
  const hasTime = run.limit === undefined || isGiven;
  const tried = hasTime
    ? run.learners
    : run.learners.filter(({ choose }, l) => l === 0 || choose === undefined);
  const learners = ableLearners(tried, blocks, isGiven);
  if (labels === undefined) return { ...run, learners };
  const choose = chooser({
    names: options.features.names,
    blocks,
    targets: { truth: labels, width, origin: rows.origin },
    rounds: split.rounds,
    context: { seed: 0, signal: early },
  });
  const full = 'fit' in options.full ? await choose(options.full) : options.full;
  const stages: Learner[] = [];
  const { failed } = run;
  for (const [l, learner] of learners.entries()) {
    const all = { learner: learner.name, features: options.features.names };
    // The full model's own can't be done without.
    const able =
      l === 0 || !failed ? await choose(learner) : await failed.without(all, () => choose(learner));
    if (able) stages.push(able);
  }
  return { ...run, options: { ...options, full }, learners: stages };
}

/** A function that chooses the open options of one learner after the other. */
export function chooser({ names, blocks, targets, rounds, context }: Choice) {
  let known: ReturnType<typeof dataOf> | undefined;
  const dataOf = () => {
    const fold = rounds && foldOfRows(rounds);
    const rows = fold ? Int32Array.from(fold.keys()).sort() : consecutive(0, blocks[0].rows);
    // Without a copy where these are all.
    const isAll = rows.length === blocks[0].rows;
    const unread = blocks.map((block) => (isAll ? { block } : { block, rows }));
    return {
      rows,
      folds: fold && rows.map((row) => fold.get(row) ?? -1),
      set: trainingSet({ features: names, blocks: unread, targets, rows }),
    };
  };
  return async (learner: Learner): Promise<Learner> => {
    const { choose } = learner;
    if (choose === undefined) return learner;
    known ??= dataOf();
    const { rows, folds, set } = known;
    return withOrigin(rows, targets, () => choose.call(learner, set, context, folds));
  };
}

/** The round in which each row is held out, -1 for those that never are. */
function foldOfRows(rounds: readonly Round[]): Map<number, number> {
  const fold = new Map<number, number>();
  for (const { fit } of rounds) for (const row of fit) fold.set(row, -1);
  rounds.forEach(({ score }, round) => {
    for (const row of score) fold.set(row, round);
  });
  return fold;
}
