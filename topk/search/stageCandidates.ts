import {
  allotFits,
  BUDGET,
  type Label,
  prefixAt,
  prefixesOf,
  rankedSubsets,
  type StageSpec,
  searchSubsets,
  subsetSpace,
  type Tracker,
} from '../../cascades/internal.js';
import type { Learner, Model } from '../../lib/learn/learners/index.js';
import type { CutKind } from '../cuts/index.js';
import { hasMargins, type QuerySet, type Ranking, stageNumbers } from '../problem/index.js';
import { aloneCosts } from './chainSearch.js';
import { cutCandidatesOf } from './cutCandidates.js';
import type { RankStage, Trial } from './rankChain.js';
import { headsOf } from './replay.js';
import { type JudgedQuery, scoreQueryRows } from './scoreTable.js';
import type { RankTraining } from './training.js';

/** A stage that was tried, with its model. */
export interface TriedRankStage extends RankStage {
  readonly model: Model;
  readonly alone: ReadonlyMap<CutKind, number>;
}

export interface RankStageOptions<Row, L extends Label, Name extends string> {
  readonly trained: RankTraining<Row, Name>;
  readonly learners: readonly Learner[];
  readonly set: QuerySet<Row>;
  readonly queries: readonly JudgedQuery[];
  readonly ranking: Ranking<L>;
  readonly budget: number | undefined;
  readonly trial: Trial;
  readonly tracker: Tracker;
}

type Made = StageSpec & Pick<TriedRankStage, 'model' | 'output'>;

/**
 * Tries subsets of the features as stages: all affordable ones if they are few, else those next to
 * the best ones found so far. For ensembles, their first rounds are tried too, the full model's
 * among them.
 */
export async function tryRankStages<Row, L extends Label, Name extends string>(
  options: RankStageOptions<Row, L, Name>,
): Promise<{ readonly stages: readonly TriedRankStage[]; readonly reductions: readonly string[] }> {
  const { trained, learners, trial, budget = BUDGET, tracker } = options;
  const { full, fitted } = trained;
  const names = fitted.map(({ name }) => name);
  const { costs } = trial;
  const learnt = learners.map(({ name }) => name);
  const cost = (features: readonly string[]) => costs.subset(features, learnt);
  const space = subsetSpace(names, cost, costs.full);
  const works = space.works(trained.workOf);
  const { subsets: count, reductions } = allotFits({ full: 0, subsets: works, folds: 1, rows: 1 }, budget);
  const stages = [...(await judged(options, fullRounds(full)))];
  let done = 0;
  await searchSubsets(
    space,
    count,
    async (subsets) => {
      const made = subsets.map(async (features) => {
        const stages = await makeStages(options, features);
        tracker.onProgress?.(++done / count);
        return stages;
      });
      stages.push(...(await judged(options, (await Promise.all(made)).flat())));
    },
    () => bestSubsets(stages),
  );
  return { stages, reductions };
}

/**
 * Every learner that these features are enough for, fitted to every target, and its first rounds.
 * All fits may run at once.
 */
async function makeStages<Row, L extends Label, Name extends string>(
  { trained, learners, ranking }: RankStageOptions<Row, L, Name>,
  features: readonly string[],
): Promise<Made[]> {
  const able = learners.filter(
    ({ reads = [], predicts }) =>
      reads.every((name) => features.includes(name)) &&
      // A trained model is the same for every target, and needs no other features.
      !(predicts && reads.length < features.length),
  );
  const specs = able.flatMap(({ name: learner, predicts }) =>
    (predicts ? trained.targets.slice(0, 1) : trained.targets).map((target) => ({
      features,
      learner,
      target,
      passed: false,
    })),
  );
  const models = await Promise.all(specs.map((spec) => trained.fit(spec)));
  return specs.flatMap((what, s) => {
    const model = models[s];
    const made: Made[] = [null, ...prefixesOf([model])].map((prefix) => ({
      ...what,
      output: 'scores',
      prefix,
      model: prefixAt(model, prefix),
    }));
    return hasMargins(ranking, model) ? [...made, { ...what, output: 'margin', prefix: null, model }] : made;
  });
}

/** The full model's first rounds, where it is an ensemble. */
function fullRounds({ model, reads, learner }: RankTraining<unknown, string>['full']): Made[] {
  const what = {
    features: reads,
    learner: learner ?? model.name,
    target: 'full',
    passed: false,
  } as const;
  return prefixesOf([model]).map((prefix) => ({
    ...what,
    output: 'scores',
    prefix,
    model: prefixAt(model, prefix),
  }));
}

/** Evaluates these on the tuning queries. */
async function judged<Row, L extends Label, Name extends string>(
  { trained, set, queries, ranking, trial, tracker }: RankStageOptions<Row, L, Name>,
  made: readonly Made[],
): Promise<TriedRankStage[]> {
  if (made.length === 0) return [];
  const readers = made.map(({ model, features, output }) => ({
    model,
    features,
    output,
    numbers: stageNumbers,
  }));
  const { signal, requests } = tracker;
  const columns = await scoreQueryRows(trained.computing, readers, set, ranking, { signal, requests });
  const stages: TriedRankStage[] = [];
  for (const [i, one] of made.entries()) {
    signal?.throwIfAborted();
    const heads = headsOf(columns[i], queries);
    const cutCandidates = await cutCandidatesOf(columns[i], heads, queries, trial.question.level);
    const stage = { ...one, columns: columns[i], heads, cutCandidates };
    stages.push({ ...stage, alone: aloneCosts(stage, trial) });
  }
  return stages;
}

/** The subsets that were tried, the one that costs least alone first. */
function bestSubsets(stages: readonly TriedRankStage[]): readonly (readonly string[])[] {
  const trained = stages.filter(({ target }) => target !== 'full');
  return rankedSubsets(
    trained.map(({ features, alone }) => ({ features, cost: Math.min(...alone.values()) })),
  );
}
