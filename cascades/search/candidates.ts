import { sumSimple } from 'simple-statistics';
import { gather } from '../../lib/blocks/index.js';
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
import { allot, allotFits, type SearchPlan, workSpent } from './budget.js';
import { costAlone, type SearchOptions, searchChains } from './chainSearch.js';
import { rankedSubsets, searchSubsets, subsetSpace } from './subsets.js';

export interface CandidateOptions {
  readonly profile: Profile;
  readonly objective: Objective;
  /** Cost of a row through the full pipeline. */
  readonly fullCost: number;
  readonly plan: SearchPlan;
  readonly search: SearchOptions;
  readonly random: Random;
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** The stages that were tried, with their evidence. */
export interface TriedCandidates {
  readonly candidates: readonly Candidate[];
  readonly reductions: readonly string[];
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
  if (later.length === 0) return { candidates, reductions: found.reductions };

  const rest = { ...trainer, learners: later };
  const promising = promisingSubsets(candidates, options).filter(({ length }) => length > 0);
  const works = promising.map((subset) => workOf(rest, subset));
  const load = { full: 0, subsets: works, folds: trainer.rounds.length, rows: trainer.split.fit.length };
  const allotment = allotFits(load, budget - found.spent);
  const fewer = subsampled(rest, allotment.share, options.random);
  for (const [i, subset] of promising.slice(0, allotment.subsets).entries()) {
    candidates.push(...(await trySubset(fewer, subset, options)));
    onProgress?.(ownShare + ((1 - ownShare) * (i + 1)) / allotment.subsets);
  }
  const names = later.map(({ name }) => name).join(', ');
  return {
    candidates,
    reductions: [...found.reductions, ...allotment.reductions.map((fewer) => `for ${names} ${fewer}`)],
  };
}

/** Tries as many subsets as the budget allows. @returns also the work done */
async function trySubsets(
  trainer: StageTrainer,
  options: CandidateOptions,
  onProgress: (share: number) => void,
): Promise<TriedCandidates & { readonly spent: number }> {
  const { profile, objective, fullCost, plan, random } = options;
  const { budget, fullWork } = plan;
  const { names, learners } = trainer;
  const cost = (features: readonly string[]) =>
    subsetCost(
      profile,
      features,
      learners.map(({ name }) => name),
      objective,
    );
  const space = subsetSpace(names, cost, fullCost);
  const works = space.works((subset) => workOf(trainer, subset));
  const load = { full: fullWork, folds: trainer.rounds.length, rows: trainer.split.fit.length };
  const { share, subsets: count, reductions } = allot({ ...load, subsets: works }, budget);
  const fewer = subsampled(trainer, share, random);

  // Models of rows need no feature.
  const candidates = learners.some(({ readsRows }) => readsRows) ? await trySubset(fewer, [], options) : [];
  let done = 0;
  const tried = await searchSubsets(
    space,
    count,
    async (subsets) => {
      for (const subset of subsets) {
        candidates.push(...(await trySubset(fewer, subset, options)));
        onProgress(++done / count);
      }
    },
    () => bestSubsets(candidates, options),
  );
  return { candidates, reductions, spent: workSpent({ ...load, subsets: works.slice(0, tried) }, share) };
}

/** A subset as each learner fits it to each target; where a model is much of what its stage costs, its first rounds too. */
async function trySubset(
  trainer: StageTrainer,
  subset: readonly string[],
  { profile, objective }: CandidateOptions,
): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  const features = costOf(featureCosts(profile, subset), objective);
  for (const spec of specsOf(trainer, subset)) {
    const model = costOf([modelCost(profile, spec.learner, subset)], objective);
    if (model < WORTH_CUTTING * (features + model)) candidates.push(await tryStage(trainer, spec));
    else candidates.push(...(await tryWithPrefixes(trainer, spec)));
  }
  return candidates;
}

/**
 * The subsets that were tried: first those of the best chains, then the others, by their cost
 * alone.
 */
function promisingSubsets(
  candidates: readonly Candidate[],
  options: CandidateOptions,
): readonly (readonly string[])[] {
  const chains = searchChains(candidates, options.search).flatMap(({ chain }) => chain.stages);
  const inChains = chains.filter((stage) => stage.target !== 'full').map(({ features }) => features);
  const all = [...inChains, ...bestSubsets(candidates, options)];
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

/** The same trainer with fits that see a random share of their rows. */
function subsampled(trainer: StageTrainer, share: number, random: Random): StageTrainer {
  if (share === 1) return trainer;
  const draw = random.fork('search rows');
  const rounds = trainer.rounds.map(({ fit, score, blocks }) => {
    const shuffled = Int32Array.from(fit.keys());
    draw.shuffle(shuffled);
    const kept = shuffled.slice(0, Math.ceil(share * fit.length)).sort();
    return {
      score,
      fit: kept.map((i) => fit[i]),
      blocks: { score: blocks.score, fit: blocks.fit.map((block) => gather(block, kept)) },
    };
  });
  return { ...trainer, rounds, held: trainer.held === trainer.rounds ? rounds : trainer.held };
}

/** The subsets that were tried, the one whose one-stage cascade costs least first. */
function bestSubsets(
  candidates: readonly Candidate[],
  { search }: CandidateOptions,
): readonly (readonly string[])[] {
  const alone = candidates.filter((candidate) => candidate.target !== 'full');
  return rankedSubsets(
    alone.map((candidate) => ({ features: candidate.features, cost: costAlone(candidate, search) })),
  );
}
