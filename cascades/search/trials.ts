import { sumSimple } from 'simple-statistics';
import { costOf, featureCosts, modelCost, type Objective, type Profile } from '../../lib/costs/index.js';
import type { Random } from '../../lib/stats/index.js';
import { type Candidate, keyOf } from '../chain/index.js';
import {
  fitShape,
  type Judging,
  type Material,
  specsOf,
  tryStage,
  tryWithPrefixes,
} from '../training/index.js';
import type { StageSpec, Target, TriedSubset } from '../types/index.js';
import type { SearchPlan } from './budget.js';
import { costAlone, type SearchOptions, searchChains } from './chainSearch.js';
import type { EffortSettings } from './effort.js';
import { rankedSubsets } from './subsets.js';

export interface CandidateOptions {
  readonly material: Material;
  readonly profile: Profile;
  readonly objective: Objective;
  /** Cost of a row through the full pipeline. */
  readonly fullCost: number;
  readonly plan: SearchPlan;
  /** Settings for comparing chains whose stages are judged so. */
  readonly compare: (judging: Judging) => SearchOptions;
  readonly effort: EffortSettings;
  readonly random: Random;
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** The stages that were tried, with their evidence. */
export interface TriedCandidates {
  readonly candidates: readonly Candidate[];
  /** Others that were fitted in some rounds alone. */
  readonly others: readonly TriedSubset[];
  readonly reductions: readonly string[];
  /** What a greater effort would have tried, in sentences. */
  readonly untried: readonly string[];
}

/** The share of its stage's cost that a model must have for early exits to be worthwhile. */
export const WORTH_CUTTING = 0.05;

/** The work of fitting one stage once. */
export function specWork(
  material: Material,
  { learners }: Judging,
  { features, learner }: StageSpec,
): number {
  return learners.find(({ name }) => name === learner)?.work(shapeOn(material, features)) ?? 0;
}

/** The shape of a fit to these features, on the rows that served models are fitted to. */
function shapeOn({ names, blocks, fit, width }: Material, features: readonly string[]) {
  const read = features.map((name) => blocks[names.indexOf(name)]);
  return fitShape(read, fit.length, width);
}

/**
 * The targets of stages, the one that is tried first: what the loss compares answers with. Labels have
 * noise that the full model's answers haven't: by models of labels, a subset that tells those answers
 * may seem to tell little.
 */
export function targetsOf({ targets }: Material, { loss }: Judging): ('labels' | 'answers')[] {
  const kinds = loss.needsLabels ? (['labels', 'answers'] as const) : (['answers', 'labels'] as const);
  return kinds.filter((target) => targets[target] !== undefined);
}

/**
 * What {@link fitStage} finds; nothing of a stage whose fit fails, where such are left out.
 */
export async function tryFull(
  judging: Judging,
  spec: StageSpec,
  options: CandidateOptions,
  parts?: readonly number[],
): Promise<Candidate[]> {
  const { failed } = options.material;
  if (failed === undefined) return fitStage(judging, spec, options, parts);
  return (await failed.without(spec, () => fitStage(judging, spec, options, parts))) ?? [];
}

/**
 * A stage fitted to one target; for two classes, where its model is much of what it costs, its first rounds too: more
 * classes gain next to nothing by them (docs/decisions/23-prefixes.md).
 *
 * @param parts divisors of the rounds; a few of them are enough to tell subsets apart
 */
async function fitStage(
  judging: Judging,
  spec: StageSpec,
  { material, profile, objective }: CandidateOptions,
  parts?: readonly number[],
): Promise<Candidate[]> {
  if (material.width !== 2) return [await tryStage(material, judging, spec)];
  const features = costOf(featureCosts(profile, spec.features), objective);
  const model = costOf([modelCost(profile, spec.learner, spec.features)], objective);
  if (model < WORTH_CUTTING * (features + model)) return [await tryStage(material, judging, spec)];
  return tryWithPrefixes(material, judging, spec, parts);
}

/** A subset as each learner fits it to each of these targets. */
export async function trySubset(
  judging: Judging,
  subset: readonly string[],
  options: CandidateOptions,
  targets: readonly Target[] = targetsOf(options.material, judging),
  parts?: readonly number[],
): Promise<Candidate[]> {
  const wanted = specsOf(options.material, judging, subset).filter(({ target }) => targets.includes(target));
  return (await Promise.all(wanted.map((spec) => tryFull(judging, spec, options, parts)))).flat();
}

/**
 * The subsets that were tried: first those of the best chains, then the others, by their cost
 * alone.
 */
export function promisingSubsets(
  candidates: readonly Candidate[],
  search: SearchOptions,
): readonly (readonly string[])[] {
  const chains = searchChains(candidates, search).flatMap(({ chain }) => chain.stages);
  const inChains = chains.filter((stage) => stage.target !== 'full').map(({ features }) => features);
  const all = [...inChains, ...bestSubsets(candidates, search)];
  return [...new Map(all.map((subset) => [keyOf(subset), subset])).values()];
}

/**
 * Tries all of these at once, or with a limit of time one after the other, until that is over: the
 * one under way is left.
 */
export async function tryEach<Item>(
  {
    isLate,
    over,
  }: { readonly isLate?: SearchPlan['isLate'] | undefined; readonly over?: SearchPlan['over'] },
  items: readonly Item[],
  attempt: (item: Item) => Promise<readonly Candidate[]>,
): Promise<Candidate[]> {
  if (isLate === undefined) return (await Promise.all(items.map(attempt))).flat();
  const found: Candidate[] = [];
  for (const item of items) {
    if (isLate()) break;
    try {
      found.push(...(await attempt(item)));
    } catch (error) {
      if (!over?.aborted || error !== over.reason) throw error;
      break;
    }
  }
  return found;
}

/** The work of fitting every learner to every target on a subset once. */
export function fittingWork(material: Material, { learners }: Judging, subset: readonly string[]): number {
  const shape = shapeOn(material, subset);
  return sumSimple(learners.map((learner) => learner.work(shape))) * Object.keys(material.targets).length;
}

/** The subsets that were tried, the one whose one-stage cascade costs least first. */
export function bestSubsets(
  candidates: readonly Candidate[],
  search: SearchOptions,
): readonly (readonly string[])[] {
  const alone = candidates.filter((candidate) => candidate.target !== 'full');
  return rankedSubsets(
    alone.map((candidate) => ({ features: candidate.features, cost: costAlone(candidate, search) })),
  );
}
