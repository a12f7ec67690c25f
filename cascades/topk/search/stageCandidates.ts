import type { Learner, Model } from '../../../lib/learners/index.js';
import type { Tracker } from '../../scoring/index.js';
import { allotFits, BUDGET, rankedSubsets, searchSubsets, subsetSpace } from '../../search/index.js';
import { prefixAt, prefixesOf } from '../../training/index.js';
import type { Label, StageSpec } from '../../types/index.js';
import type { CutKind } from '../cuts/index.js';
import { hasMargins, type QuerySet, type Ranking, stageNumbers } from '../problem/index.js';
import { aloneCosts } from './chainSearch.js';
import { cutCandidatesOf } from './cutCandidates.js';
import type { RankStage, Trial } from './rankChain.js';
import { headsOf } from './replay.js';
import { type JudgedQuery, scoreRows } from './scoreTable.js';
import type { Trained } from './training.js';

/** A stage that was tried, with its model. */
export interface TriedRankStage extends RankStage {
  readonly model: Model;
  readonly alone: ReadonlyMap<CutKind, number>;
}

export interface CandidateOptions<Row, L extends Label, Name extends string> {
  readonly trained: Trained<Row, Name>;
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
  options: CandidateOptions<Row, L, Name>,
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
      const made: Made[] = [];
      for (const features of subsets) {
        made.push(...(await makeStages(options, features)));
        tracker.onProgress?.(++done / count);
      }
      stages.push(...(await judged(options, made)));
    },
    () => bestSubsets(stages),
  );
  return { stages, reductions };
}

/** Every learner that these features are enough for, fitted to every target, and its first rounds. */
async function makeStages<Row, L extends Label, Name extends string>(
  { trained, learners, ranking }: CandidateOptions<Row, L, Name>,
  features: readonly string[],
): Promise<Made[]> {
  const made: Made[] = [];
  for (const { name: learner, reads = [], predicts } of learners) {
    if (!reads.every((name) => features.includes(name))) continue;
    // A trained model is the same for every target, and needs no other features.
    if (predicts && reads.length < features.length) continue;
    for (const target of predicts ? trained.targets.slice(0, 1) : trained.targets) {
      const model = await trained.fit({ features, learner, target });
      const what = { features, learner, target, passed: false };
      for (const prefix of [null, ...prefixesOf([model])]) {
        made.push({ ...what, output: 'scores', prefix, model: prefixAt(model, prefix) });
      }
      if (hasMargins(ranking, model)) made.push({ ...what, output: 'margin', prefix: null, model });
    }
  }
  return made;
}

/** The full model's first rounds, where it is an ensemble. */
function fullRounds({ model, reads, learner }: Trained<unknown, string>['full']): Made[] {
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
  { trained, set, queries, ranking, trial, tracker }: CandidateOptions<Row, L, Name>,
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
  const columns = await scoreRows(trained.computing, readers, set, ranking, { signal, requests });
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
