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
import { type Candidate, costAtLoss } from '../chain/index.js';
import { type Allotment, allot } from './budget.js';
import { subsetCost } from './costs.js';
import { shapeOf } from './crossfit.js';
import { affordableSubsets, EXHAUSTIVE, keyOf, neighbours } from './subsets.js';
import { recipesOf, tryFullCuts, tryRecipe, tryWithCuts, type Workshop } from './workshop.js';

export interface CandidateOptions {
  readonly profile: Profile;
  readonly objective: Objective;
  readonly budget: number;
  /** What the full pipeline costs a row, and the work of one of its fits (0 where it was given trained). */
  readonly fullCost: number;
  readonly fullWork: number;
  /** What stages cost a row that reaches them, the full model last. */
  readonly costs: (stages: readonly Candidate[]) => readonly Float64Array[];
  readonly target: number;
  readonly random: Random;
  readonly onProgress?: ((share: number) => void) | undefined;
}

export interface Tried {
  readonly candidates: readonly Candidate[];
  readonly cuts: readonly string[];
}

const WIDTH = 6;
/** The share that a model must have of what its stage costs, for it to be worth leaving early. */
const WORTH_CUTTING = 0.05;

/**
 * Tries subsets of the features as stages: all affordable ones where they are few, else a forward-backward beam search
 * that goes on from the subsets whose one-stage cascades cost least.
 */
export async function tryCandidates(workshop: Workshop, options: CandidateOptions): Promise<Tried> {
  const { profile, objective, fullCost, budget, onProgress } = options;
  const { names, learners } = workshop;
  const cost = (features: readonly string[]) =>
    subsetCost(
      profile,
      features,
      learners.map(({ name }) => name),
      objective,
    );
  const all = affordableSubsets(names, cost, fullCost);
  const first = all ?? neighbours([[]], names, new Set(), cost, fullCost);
  // Where subsets are searched for, more of about the size of the first come later.
  const most = all === undefined ? EXHAUSTIVE : all.length;
  const works = first.map((subset) => workOf(workshop, subset));
  while (works.length > 0 && works.length < most) works.push((works.at(-1) ?? 0) * 1.1);
  const { fullWork, random } = options;
  const allotment = allot(
    { full: fullWork, subsets: works, folds: workshop.rounds.length, rows: workshop.fit.length },
    budget,
  );
  const cut = cutDown(workshop, allotment, random);

  const candidates: Candidate[] = await fullCuts(workshop, options);
  const known = new Set<string>();
  let next = first;
  while (next.length > 0 && known.size < allotment.subsets) {
    for (const subset of next.slice(0, allotment.subsets - known.size)) {
      known.add(keyOf(subset));
      for (const recipe of recipesOf(cut, subset)) {
        const model = costOf([modelCost(profile, recipe.learner, subset)], objective);
        const rest = costOf(featureCosts(profile, subset), objective);
        if (model < WORTH_CUTTING * (rest + model)) candidates.push(await tryRecipe(cut, recipe));
        else candidates.push(...(await tryWithCuts(cut, recipe)));
      }
      onProgress?.(known.size / allotment.subsets);
    }
    next =
      all === undefined
        ? neighbours(bestSubsets(candidates, workshop, options), names, known, cost, fullCost)
        : [];
  }
  return { candidates, cuts: allotment.cuts };
}

/** The full model's own first rounds, where they may be worth a stage. */
async function fullCuts(
  workshop: Workshop,
  { profile, objective, fullCost }: CandidateOptions,
): Promise<Candidate[]> {
  const model = costOf([profile.full ?? FREE], objective);
  return model < WORTH_CUTTING * fullCost ? [] : tryFullCuts(workshop);
}

/** The work of fitting every learner to every target on a subset once. */
function workOf(workshop: Workshop, subset: readonly string[]): number {
  const { learners, names, blocks, fit, width, targets } = workshop;
  const read = subset.map((name) => blocks[names.indexOf(name)]);
  const shape = shapeOf(read, fit.length, width);
  return learners.reduce((sum, learner) => sum + learner.work(shape), 0) * Object.keys(targets).length;
}

/** The same workshop with fits that see a random share of their rows. */
function cutDown(workshop: Workshop, { share }: Allotment, random: Random): Workshop {
  if (share === 1) return workshop;
  const draw = random.fork('search rows');
  const rounds = workshop.rounds.map(({ fit, score, blocks }) => {
    const shuffled = Int32Array.from(fit.keys());
    draw.shuffle(shuffled);
    const kept = shuffled.slice(0, Math.ceil(share * fit.length)).sort();
    return {
      score,
      fit: kept.map((i) => fit[i]),
      blocks: { score: blocks.score, fit: blocks.fit.map((block) => gather(block, kept)) },
    };
  });
  return { ...workshop, rounds, held: workshop.held === workshop.rounds ? rounds : workshop.held };
}

function bestSubsets(
  candidates: readonly Candidate[],
  workshop: Workshop,
  options: CandidateOptions,
): readonly string[][] {
  const least = new Map<string, { features: string[]; cost: number }>();
  for (const candidate of candidates) {
    if (candidate.target === 'full') continue;
    const chain = {
      stages: [candidate],
      costs: options.costs([candidate]),
      rows: workshop.scored.length,
      classes: workshop.width,
    };
    const cost = costAtLoss(chain, options.target);
    const key = keyOf(candidate.features);
    if (cost < (least.get(key)?.cost ?? Number.POSITIVE_INFINITY)) {
      least.set(key, { features: [...candidate.features], cost });
    }
  }
  return [...least.values()]
    .sort((a, b) => a.cost - b.cost)
    .slice(0, WIDTH)
    .map(({ features }) => features);
}
