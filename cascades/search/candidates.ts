import { costOf, FREE } from '../../lib/costs/index.js';
import type { Candidate } from '../chain/index.js';
import { subsetCost } from '../costs/index.js';
import { type StageTrainer, tryFullPrefixes } from '../training/index.js';
import { allotFits, workSpent } from './budget.js';
import { lightTrainer, subsampled } from './fewerRows.js';
import { type SubsetSpace, searchSubsets, subsetSpace } from './subsets.js';
import {
  bestSubsets,
  type CandidateOptions,
  promisingSubsets,
  type TriedCandidates,
  tryEach,
  trySubset,
  WORTH_CUTTING,
  workOf,
} from './trials.js';
import { tryInTwoSteps } from './twoSteps.js';

/**
 * Tries subsets of the features as stages: all affordable ones if they are few, else a
 * forward-backward beam search that extends the subsets whose one-stage cascades cost least.
 * Learners that are expensive to fit come later, on the subsets of the best chains first.
 */
export async function tryCandidates(
  trainer: StageTrainer,
  options: CandidateOptions,
): Promise<TriedCandidates> {
  const { plan, onProgress } = options;
  const { first, later, budget } = plan;
  const ownShare = first.length / (first.length + later.length);
  const prefixes = await fullPrefixes(trainer, options);
  const found = await trySubsets({ ...trainer, learners: first }, prefixes, options, (share) =>
    onProgress?.(share * ownShare),
  );
  const candidates = [...prefixes, ...found.candidates];
  const { others, untried } = found;
  if (later.length === 0) return { candidates, others, untried, reductions: found.reductions };

  const rest = { ...trainer, learners: later };
  const promising = promisingSubsets(candidates, options.compare(trainer)).filter(({ length }) => length > 0);
  const works = promising.map((subset) => workOf(rest, subset));
  const load = { full: 0, subsets: works, folds: trainer.rounds.length, rows: trainer.split.fit.length };
  const allotment = allotFits(load, budget - found.spent);
  const fewer = subsampled(rest, allotment.share, options.random);
  let done = 0;
  const affordable = promising.slice(0, allotment.subsets);
  const tried = await tryEach(plan, affordable, candidates.length, async (subset) => {
    const stages = await trySubset(fewer, subset, options);
    onProgress?.(ownShare + ((1 - ownShare) * ++done) / allotment.subsets);
    return stages;
  });
  candidates.push(...tried);
  const names = later.map(({ name }) => name).join(', ');
  return {
    candidates,
    others,
    untried,
    reductions: [...found.reductions, ...allotment.reductions.map((fewer) => `for ${names} ${fewer}`)],
  };
}

/** Tries as many subsets as the budget allows. @returns also the work done */
async function trySubsets(
  trainer: StageTrainer,
  prefixes: readonly Candidate[],
  options: CandidateOptions,
  onProgress: (share: number) => void,
): Promise<TriedCandidates & { readonly spent: number }> {
  const { plan, random, effort } = options;
  const { budget, fullWork } = plan;
  const light = Number.isFinite(effort.contenders) ? lightTrainer(trainer, random) : undefined;
  const space = spaceOf(trainer, options);
  const load = { full: fullWork, folds: trainer.full.rounds.length, rows: trainer.split.fit.length };
  if (light !== undefined) {
    const works = space.works((subset) => workOf(light, subset));
    const left = budget - fullWork * Math.max(1, plan.rounds.length);
    return tryInTwoSteps(trainer, light, options, { space, works, left, prefixes }, onProgress);
  }
  const works = space.works((subset) => workOf(trainer, subset));
  const { share, subsets: count, reductions } = allotFits({ ...load, subsets: works }, budget);
  const fewer = subsampled(trainer, share, random);
  const search = options.compare(fewer);

  // Models of rows need no feature.
  const candidates = trainer.learners.some(({ readsRows }) => readsRows)
    ? await trySubset(fewer, [], options)
    : [];
  let done = 0;
  const tried = await searchSubsets(
    space,
    count,
    async (subsets) => {
      const stages = await tryEach(plan, subsets, candidates.length, async (subset) => {
        const found = await trySubset(fewer, subset, options);
        onProgress(++done / count);
        return found;
      });
      candidates.push(...stages);
    },
    () => bestSubsets(candidates, search),
  );
  const spent = workSpent({ ...load, subsets: works.slice(0, tried) }, share);
  return { candidates, others: [], reductions, untried: [], spent };
}

function spaceOf(
  { names, learners }: StageTrainer,
  { profile, objective, fullCost }: CandidateOptions,
): SubsetSpace {
  const called = learners.map(({ name }) => name);
  return subsetSpace(names, (features) => subsetCost(profile, features, called, objective), fullCost);
}

/** The full model's own first rounds, where they may be worth a stage. */
async function fullPrefixes(
  trainer: StageTrainer,
  { profile, objective, fullCost }: CandidateOptions,
): Promise<Candidate[]> {
  const model = costOf([profile.full ?? FREE], objective);
  return trainer.width !== 2 || model < WORTH_CUTTING * fullCost ? [] : tryFullPrefixes(trainer);
}
