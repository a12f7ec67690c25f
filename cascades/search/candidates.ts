import { sumSimple } from 'simple-statistics';
import { costOf, FREE } from '../../lib/costs/index.js';
import type { Candidate } from '../chain/index.js';
import { subsetCost } from '../costs/index.js';
import { fitting, type Judging, tryFullPrefixes } from '../training/index.js';
import { allotFits, workSpent } from './budget.js';
import { lightTrial, subsampled } from './fewerRows.js';
import { type SubsetSpace, searchSubsets, subsetSpace } from './subsets.js';
import {
  bestSubsets,
  type CandidateOptions,
  fittingWork,
  promisingSubsets,
  type TriedCandidates,
  tryEach,
  trySubset,
  WORTH_CUTTING,
} from './trials.js';
import { tryInTwoSteps } from './twoSteps.js';

/**
 * Tries subsets of the features as stages: all affordable ones if they are few, else a
 * forward-backward beam search that extends the subsets whose one-stage cascades cost least.
 * Learners that are expensive to fit come later, on the subsets of the best chains first.
 */
export async function tryCandidates(
  judging: Judging<'selection'>,
  options: CandidateOptions,
): Promise<TriedCandidates> {
  const { material, plan, onProgress } = options;
  const { first, later, budget } = plan;
  const ownShare = first.length / (first.length + later.length);
  const prefixes = await fullPrefixes(judging, options);
  const found = await trySubsets({ ...judging, learners: first }, prefixes, options, (share) =>
    onProgress?.(share * ownShare),
  );
  const candidates = [...prefixes, ...found.candidates];
  const { others, untried } = found;
  if (later.length === 0) return { candidates, others, untried, reductions: found.reductions };

  const rest = { ...judging, learners: later };
  const promising = promisingSubsets(candidates, options.compare(judging)).filter(({ length }) => length > 0);
  const works = promising.map((subset) => fittingWork(material, rest, subset));
  const load = { full: 0, subsets: works, folds: judging.rounds.length, rows: material.fit.length };
  const allotment = allotFits(load, budget - found.spent);
  const fewer = subsampled(rest, allotment.share, options.random);
  let done = 0;
  const affordable = promising.slice(0, allotment.subsets);
  const inFull = { ...options, material: fitting(material, 'finalist') };
  const tried = await tryEach(plan, affordable, async (subset) => {
    const stages = await trySubset(fewer, subset, inFull);
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
  judging: Judging<'selection'>,
  prefixes: readonly Candidate[],
  options: CandidateOptions,
  onProgress: (share: number) => void,
): Promise<TriedCandidates & { readonly spent: number }> {
  const { material, plan, random, effort } = options;
  const { budget, fullWork } = plan;
  const light = Number.isFinite(effort.contenders) ? lightTrial(material, judging, random) : undefined;
  const space = spaceOf(judging, options);
  const load = { full: fullWork, folds: judging.rounds.length, rows: material.fit.length };
  if (light !== undefined) {
    const works = space.works((subset) => fittingWork(material, light, subset));
    const left = budget - fullWork * Math.max(1, plan.rounds.length);
    return tryInTwoSteps(judging, light, options, { space, works, left, prefixes }, onProgress);
  }
  const works = space.works((subset) => fittingWork(material, judging, subset));
  const { share, subsets: count, reductions } = allotFits({ ...load, subsets: works }, budget);
  const fewer = subsampled(judging, share, random);
  const search = options.compare(fewer);
  const inFull = { ...options, material: fitting(material, 'finalist') };

  // Models of rows need no feature.
  const candidates = judging.learners.some(({ readsRows }) => readsRows)
    ? await trySubset(fewer, [], inFull)
    : [];
  const all = sumSimple(works.slice(0, count));
  let done = 0;
  const tried = await searchSubsets(
    space,
    count,
    async (subsets) => {
      const stages = await tryEach(plan, subsets, async (subset) => {
        const found = await trySubset(fewer, subset, inFull);
        // Dear subsets come last: progress is in work.
        done += fittingWork(material, judging, subset);
        onProgress(Math.min(1, done / all));
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
  { learners }: Judging,
  { material, profile, objective, fullCost }: CandidateOptions,
): SubsetSpace {
  const called = learners.map(({ name }) => name);
  const { features: names, fidelities } = material;
  return subsetSpace(
    names,
    (features) => subsetCost(profile, features, called, objective),
    fullCost,
    fidelities,
  );
}

/** The full model's own first rounds, where they may be worth a stage. */
async function fullPrefixes(
  judging: Judging,
  { material, profile, objective, fullCost }: CandidateOptions,
): Promise<Candidate[]> {
  const model = costOf([profile.full ?? FREE], objective);
  return material.width !== 2 || model < WORTH_CUTTING * fullCost ? [] : tryFullPrefixes(material, judging);
}
