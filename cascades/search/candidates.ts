import { sumSimple } from 'simple-statistics';
import {
  costOf,
  FREE,
  featureCosts,
  modelCost,
  type Objective,
  type Profile,
} from '../../lib/profile/index.js';
import type { Random } from '../../lib/stats/index.js';
import { type Candidate, keyOf } from '../chain/index.js';
import { subsetCost } from '../costs/index.js';
import {
  type StageTrainer,
  shapeOf,
  specsOf,
  tryFullPrefixes,
  tryStage,
  tryWithPrefixes,
} from '../training/index.js';
import type { StageSpec, Target } from '../types/index.js';
import { allot, allotFits, type SearchPlan, workSpent } from './budget.js';
import { costAlone, type SearchOptions, searchChains } from './chainSearch.js';
import type { EffortSettings } from './effort.js';
import { fitsOf, lightTrainer, subsampled } from './fewerRows.js';
import { rankedSubsets, type SubsetSpace, searchSubsets, subsetSpace } from './subsets.js';

export interface CandidateOptions {
  readonly profile: Profile;
  readonly objective: Objective;
  /** Cost of a row through the full pipeline. */
  readonly fullCost: number;
  readonly plan: SearchPlan;
  /** Settings for comparing chains of a trainer's stages. */
  readonly compare: (trainer: StageTrainer) => SearchOptions;
  readonly effort: EffortSettings;
  readonly random: Random;
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** The stages that were tried, with their evidence. */
export interface TriedCandidates {
  readonly candidates: readonly Candidate[];
  readonly reductions: readonly string[];
  /** What a greater effort would have tried, in sentences. */
  readonly untried: readonly string[];
}

/** The share of its stage's cost that a model must have for early exits to be worthwhile. */
const WORTH_CUTTING = 0.05;

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
  const found = await trySubsets({ ...trainer, learners: first }, options, (share) =>
    onProgress?.(share * ownShare),
  );
  const candidates = [...(await fullPrefixes(trainer, options)), ...found.candidates];
  const { untried } = found;
  if (later.length === 0) return { candidates, untried, reductions: found.reductions };

  const rest = { ...trainer, learners: later };
  const promising = promisingSubsets(candidates, options.compare(trainer)).filter(({ length }) => length > 0);
  const works = promising.map((subset) => workOf(rest, subset));
  const load = { full: 0, subsets: works, folds: trainer.rounds.length, rows: trainer.split.fit.length };
  const allotment = allotFits(load, budget - found.spent);
  const fewer = subsampled(rest, allotment.share, options.random);
  let done = 0;
  const tried = promising.slice(0, allotment.subsets).map(async (subset) => {
    const stages = await trySubset(fewer, subset, options);
    onProgress?.(ownShare + ((1 - ownShare) * ++done) / allotment.subsets);
    return stages;
  });
  candidates.push(...(await Promise.all(tried)).flat());
  const names = later.map(({ name }) => name).join(', ');
  return {
    candidates,
    untried,
    reductions: [...found.reductions, ...allotment.reductions.map((fewer) => `for ${names} ${fewer}`)],
  };
}

/** Tries as many subsets as the budget allows. @returns also the work done */
async function trySubsets(
  trainer: StageTrainer,
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
    return tryInTwoSteps(trainer, light, options, { space, works, left }, onProgress);
  }
  const works = space.works((subset) => workOf(trainer, subset));
  const { share, subsets: count, reductions } = allot({ ...load, subsets: works }, budget);
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
  return { candidates, reductions, untried: [], spent };
}

function spaceOf(
  { names, learners }: StageTrainer,
  { profile, objective, fullCost }: CandidateOptions,
): SubsetSpace {
  const called = learners.map(({ name }) => name);
  return subsetSpace(names, (features) => subsetCost(profile, features, called, objective), fullCost);
}

/** The share of the work left that trials on few rows may take. */
const TRIALS = 0.5;
/** Trials on few rows take this share of the time, for the progress. */
const TRIALS_TIME = 0.5;
/** Subsets whose second target is tried, too. */
const BOTH_TARGETS = 8;

/**
 * Successive halving (Jamieson and Talwalkar, AISTATS 2016) in two steps: all subsets are tried on
 * few rows with the learners' lighter forms, and the stages of the best chains are then fitted in
 * full. The certificate sees neither.
 */
async function tryInTwoSteps(
  trainer: StageTrainer,
  light: StageTrainer,
  options: CandidateOptions,
  { space, works, left }: { space: SubsetSpace; works: readonly number[]; left: number },
  onProgress: (share: number) => void,
): Promise<TriedCandidates & { readonly spent: number }> {
  const { plan } = options;
  const search = options.compare(light);
  const rounds = fitsOf(light);
  const { count, spent } = withinWork(
    works.map((work) => rounds * work),
    TRIALS * left,
  );
  const tried: Candidate[] = [];
  let done = 0;
  const [first] = targetsOf(light);
  const number = await searchSubsets(
    space,
    count,
    async (subsets) => {
      const stages = await tryEach(plan, subsets, tried.length, async (subset) => {
        const found = await trySubset(light, subset, options, [first]);
        onProgress((TRIALS_TIME * ++done) / (count + BOTH_TARGETS));
        return found;
      });
      tried.push(...stages);
    },
    () => bestSubsets(tried, search),
  );
  const others = targetsOf(light).slice(1);
  if (others.length > 0) {
    const promising = promisingSubsets(tried, search).slice(0, BOTH_TARGETS);
    const trial = (subset: readonly string[]) => trySubset(light, subset, options, others);
    tried.push(...(await tryEach(plan, promising, tried.length, trial)));
  }
  onProgress(TRIALS_TIME);
  const specs = contendersOf(trainer, tried, search, space, options);
  let fitted = 0;
  const candidates = await tryEach(plan, specs, 0, async (spec) => {
    const stages = await tryFull(trainer, spec, options);
    onProgress(TRIALS_TIME + ((1 - TRIALS_TIME) * ++fitted) / specs.length);
    return stages;
  });
  const full = fitsOf(trainer);
  return {
    candidates,
    reductions: number < works.length && count < works.length ? [fewerSubsets(count, works.length)] : [],
    untried: untriedOf(fitted, number * trainer.learners.length * targetsOf(trainer).length),
    spent: spent + sumSimple(specs.map((spec) => full * specWork(trainer, spec))),
  };
}

/**
 * Tries all of these at once, or with a limit of time one after the other, until that is over.
 *
 * @param before stages that were tried before: where there are none, one of these is in any case
 */
async function tryEach<Item>(
  { isLate }: SearchPlan,
  items: readonly Item[],
  before: number,
  attempt: (item: Item) => Promise<readonly Candidate[]>,
): Promise<Candidate[]> {
  if (isLate === undefined) return (await Promise.all(items.map(attempt))).flat();
  const found: Candidate[] = [];
  for (const item of items) {
    if (before + found.length > 0 && isLate()) break;
    found.push(...(await attempt(item)));
  }
  return found;
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

/** The stages to fit in full: those of the best chains first, then others by their cost alone. */
function contendersOf(
  trainer: StageTrainer,
  tried: readonly Candidate[],
  search: SearchOptions,
  space: SubsetSpace,
  { plan, effort }: CandidateOptions,
): StageSpec[] {
  const inChains = searchChains(tried, search).flatMap(({ chain }) => chain.stages);
  const alone = tried
    .map((candidate) => ({ candidate, cost: costAlone(candidate, search) }))
    .filter(({ cost }) => Number.isFinite(cost))
    .sort((a, b) => a.cost - b.cost)
    .map(({ candidate }) => candidate);
  // Where no trial leads to a cascade, the cheapest subsets may still do so in full.
  const cheapest = space.first.flatMap((subset) => specsOf(trainer, subset));
  const specs = new Map<string, StageSpec>();
  for (const { features, learner, target } of [...inChains, ...alone, ...cheapest]) {
    if (target === 'full') continue;
    const key = `${keyOf(features)} ${learner} ${target}`;
    if (!specs.has(key)) specs.set(key, { features, learner, target, passed: false, prefix: null });
  }
  const ranked = [...specs.values()].slice(0, effort.contenders);
  const rounds = fitsOf(trainer);
  const most = plan.fullWork > 0 ? effort.fits * plan.fullWork : Number.POSITIVE_INFINITY;
  let spent = 0;
  return ranked.filter((spec, i) => {
    const work = rounds * specWork(trainer, spec);
    if (i >= FEWEST_CONTENDERS && spent + work > most) return false;
    spent += work;
    return true;
  });
}

/** The work of fitting one stage once. */
function specWork(trainer: StageTrainer, { features, learner }: StageSpec): number {
  const { learners, names, blocks, split, width } = trainer;
  const read = features.map((name) => blocks[names.indexOf(name)]);
  return learners.find(({ name }) => name === learner)?.work(shapeOf(read, split.fit.length, width)) ?? 0;
}

function targetsOf({ targets }: StageTrainer): ('labels' | 'answers')[] {
  return (['labels', 'answers'] as const).filter((target) => targets[target] !== undefined);
}

/** A stage fitted to one target; where its model is much of what it costs, its first rounds too. */
async function tryFull(
  trainer: StageTrainer,
  spec: StageSpec,
  { profile, objective }: CandidateOptions,
): Promise<Candidate[]> {
  const features = costOf(featureCosts(profile, spec.features), objective);
  const model = costOf([modelCost(profile, spec.learner, spec.features)], objective);
  if (model < WORTH_CUTTING * (features + model)) return [await tryStage(trainer, spec)];
  return tryWithPrefixes(trainer, spec);
}

/** A subset as each learner fits it to each of these targets. */
async function trySubset(
  trainer: StageTrainer,
  subset: readonly string[],
  options: CandidateOptions,
  targets: readonly Target[] = targetsOf(trainer),
): Promise<Candidate[]> {
  const wanted = specsOf(trainer, subset).filter(({ target }) => targets.includes(target));
  return (await Promise.all(wanted.map((spec) => tryFull(trainer, spec, options)))).flat();
}

/**
 * The subsets that were tried: first those of the best chains, then the others, by their cost
 * alone.
 */
function promisingSubsets(
  candidates: readonly Candidate[],
  search: SearchOptions,
): readonly (readonly string[])[] {
  const chains = searchChains(candidates, search).flatMap(({ chain }) => chain.stages);
  const inChains = chains.filter((stage) => stage.target !== 'full').map(({ features }) => features);
  const all = [...inChains, ...bestSubsets(candidates, search)];
  return [...new Map(all.map((subset) => [keyOf(subset), subset])).values()];
}

/** The full model's own first rounds, where they may be worth a stage. */
async function fullPrefixes(
  trainer: StageTrainer,
  { profile, objective, fullCost }: CandidateOptions,
): Promise<Candidate[]> {
  const model = costOf([profile.full ?? FREE], objective);
  return model < WORTH_CUTTING * fullCost ? [] : tryFullPrefixes(trainer);
}

/** The work of fitting every learner to every target on a subset once. */
function workOf(trainer: StageTrainer, subset: readonly string[]): number {
  const { learners, names, blocks, split, width, targets } = trainer;
  const read = subset.map((name) => blocks[names.indexOf(name)]);
  const shape = shapeOf(read, split.fit.length, width);
  return sumSimple(learners.map((learner) => learner.work(shape))) * Object.keys(targets).length;
}

/** The subsets that were tried, the one whose one-stage cascade costs least first. */
function bestSubsets(
  candidates: readonly Candidate[],
  search: SearchOptions,
): readonly (readonly string[])[] {
  const alone = candidates.filter((candidate) => candidate.target !== 'full');
  return rankedSubsets(
    alone.map((candidate) => ({ features: candidate.features, cost: costAlone(candidate, search) })),
  );
}
