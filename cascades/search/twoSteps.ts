import { sumSimple } from 'simple-statistics';
import { type Candidate, specKey } from '../chain/index.js';
import { FEW_PARTS, fitting, type Judging, specsOf } from '../training/index.js';
import type { StageSpec, Target } from '../types/index.js';
import { costAlone, type SearchOptions, searchChains } from './chainSearch.js';
import { fitsOf } from './fewerRows.js';
import { inFirstRounds, tryFinalists } from './finalists.js';
import { type SubsetSpace, searchSubsets } from './subsets.js';
import {
  bestSubsets,
  type CandidateOptions,
  fittingWork,
  promisingSubsets,
  specWork,
  type TriedCandidates,
  targetsOf,
  tryEach,
  trySubset,
} from './trials.js';

/** The share of the work left that trials on few rows may take. */
export const TRIALS = 0.5;
/** Subsets whose second target is tried, too. */
const BOTH_TARGETS = 8;

/**
 * Successive halving (Jamieson and Talwalkar, AISTATS 2016) in two steps: all subsets are tried on
 * few rows with the learners' lighter forms, and the stages of the best chains are then fitted in
 * full. The certificate sees neither.
 */
export async function tryInTwoSteps(
  judging: Judging<'selection'>,
  light: Judging<'trial'>,
  options: CandidateOptions,
  {
    space,
    works,
    left,
    prefixes,
  }: { space: SubsetSpace; works: readonly number[]; left: number; prefixes: readonly Candidate[] },
  onProgress: (share: number) => void,
): Promise<TriedCandidates & { readonly spent: number }> {
  const { material, plan } = options;
  const search = options.compare(light);
  const lightly = { ...options, material: fitting(material, 'trial') };
  const soon = { ...plan, isLate: plan.isLateForTrials };
  const rounds = fitsOf(material, light);
  const { count, spent } = withinWork(
    works.map((work) => rounds * work),
    TRIALS * left,
  );
  const most = Math.min(options.effort.fits * plan.oneFit, Math.max(0, left - spent));
  /** Trials take this share of the time, for the progress. */
  const ofTrials = spent / Math.max(1, spent + most);
  const tried: Candidate[] = [];
  const [first, ...others] = targetsOf(material, light);
  // Dear subsets come last: progress is in work, of which `works` have that of all targets.
  const share = (others.length > 0 ? 1 + Math.min(1, BOTH_TARGETS / count) : 1) / (1 + others.length);
  const all = share * sumSimple(works.slice(0, count));
  let done = 0;
  const trial = async (subset: readonly string[], targets: readonly Target[]) => {
    const found = await trySubset(light, subset, lightly, targets, FEW_PARTS);
    done += (fittingWork(material, light, subset) * targets.length) / (1 + others.length);
    onProgress(ofTrials * Math.min(1, done / all));
    return found;
  };
  const number = await searchSubsets(
    space,
    count,
    async (subsets) => {
      const stages = await tryEach(soon, subsets, (subset) => trial(subset, [first]));
      tried.push(...stages.map(withoutScores));
    },
    () => bestSubsets(tried, search),
  );
  if (others.length > 0) {
    const promising = promisingSubsets(tried, search).slice(0, BOTH_TARGETS);
    const found = await tryEach(soon, promising, (subset) => trial(subset, others));
    tried.push(...found.map(withoutScores));
  }
  onProgress(ofTrials);
  const specs = contendersOf(judging, tried, search, space, options, left - spent);
  const finalists = await tryFinalists(judging, specs, prefixes, options, (share) =>
    onProgress(ofTrials + (1 - ofTrials) * share),
  );
  return {
    candidates: finalists.candidates,
    others: finalists.others,
    reductions: number < works.length && count < works.length ? [fewerSubsets(count, works.length)] : [],
    untried: untriedOf(specs.length, number * judging.learners.length * targetsOf(material, judging).length),
    spent: spent + finalists.spent,
  };
}

/** The same stage in less memory: exit scores are chosen for stages that are fitted in full. */
function withoutScores(candidate: Candidate): Candidate {
  return { ...candidate, scores: undefined };
}

function fewerSubsets(tried: number, all: number): string {
  return `${tried} subsets tried instead of ${all}`;
}

/** @param all stages of the subsets that were tried */
function untriedOf(fitted: number, all: number): string[] {
  if (fitted >= all) return [];
  return [
    `${all} stages were tried on few rows, and ${fitted} of them fitted in full; effort: 'thorough' fits all of them.`,
  ];
}

const FEWEST_SUBSETS = 4;

/** How many of these, cheapest first, fit the work; at least a few. */
function withinWork(works: readonly number[], most: number): { count: number; spent: number } {
  let spent = 0;
  let count = 0;
  for (const work of works) {
    if (count >= FEWEST_SUBSETS && spent + work > most) break;
    spent += work;
    count++;
  }
  return { count, spent };
}

const FEWEST_CONTENDERS = 2;

/**
 * The stages to fit in full: all of the best chain, then, as the work allows, those of the next ones and others by
 * their cost alone.
 */
function contendersOf(
  judging: Judging<'selection'>,
  tried: readonly Candidate[],
  search: SearchOptions,
  space: SubsetSpace,
  { material, plan, effort, random }: CandidateOptions,
  left: number,
): StageSpec[] {
  const chains = searchChains(tried, search).map(({ chain }) => chain.stages);
  const alone = tried
    .map((candidate) => ({ candidate, cost: costAlone(candidate, search) }))
    .filter(({ cost }) => Number.isFinite(cost))
    .sort((a, b) => a.cost - b.cost)
    .map(({ candidate }) => candidate);
  // Where no trial leads to a cascade, the cheapest subsets may still do so in full.
  const cheapest = space.first.flatMap((subset) => specsOf(material, judging, subset));
  const specs = new Map<string, StageSpec>();
  const add = (stages: readonly StageSpec[]) => {
    for (const { features, learner, target } of stages) {
      if (target === 'full') continue;
      const key = specKey({ features, learner, target });
      if (!specs.has(key)) specs.set(key, { features, learner, target, passed: false, prefix: null });
    }
  };
  const [best = [], ...others] = chains;
  add(best);
  // A chain that lacks one of its stages is another chain: the best one is fitted whole, whatever it takes.
  const least = Math.max(FEWEST_CONTENDERS, specs.size);
  for (const stages of [...others, alone, cheapest]) add(stages);
  const ranked = [...specs.values()].slice(0, effort.contenders);
  const rounds = fitsOf(material, inFirstRounds(material, judging, random));
  const most = Math.min(effort.fits * plan.oneFit, left);
  let spent = 0;
  return ranked.filter((spec, i) => {
    const once = specWork(material, judging, spec);
    const work = rounds * once;
    // Once more for what is served.
    if (plan.affords?.(work + once) === false) return false;
    if (i >= least && spent + work > most) return false;
    spent += work;
    return true;
  });
}
