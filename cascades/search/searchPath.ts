import { sumSimple } from 'simple-statistics';
import type { Model } from '../../lib/learn/learners/index.js';
import type { PathToTest } from '../certification/index.js';
import { type Candidate, type Chain, pathOf } from '../chain/index.js';
import { type Planning, planOf, thriftyPath, usesOf } from '../plan/index.js';
import type { Run } from '../problem/index.js';
import { type RereadRows, rescoreRows } from '../stability/index.js';
import { fitStages, type Judging, type Material } from '../training/index.js';
import type { Label, TriedExit } from '../types/index.js';
import type { SearchPlan } from './budget.js';
import { type CostedChain, searchChains } from './chainSearch.js';
import { chooseExits } from './exitScores.js';
import { refineStages } from './refine.js';
import { searchOptions } from './trainStages.js';
import { specWork } from './trials.js';

/** A chain that was found, with its models, its path and the plans on it in print. */
export interface ChosenPath<L extends Label, Name extends string> extends PathToTest<L, Name> {
  readonly chain: Chain;
  /** For each plan, the positions of its stages in the chain. */
  readonly uses: readonly (readonly number[])[];
  /** Exit scores that were tried for the chain's stages. */
  readonly exits: readonly TriedExit[];
}

/**
 * Finds the chain that costs least, and lays a path of plans through it.
 *
 * @returns no path if no chain is worth a test; `isCut` if one was, and there is no time to fit it
 * @throws UnstableModel for a stage whose scores depend on the batch
 */
export async function searchPath<Row, L extends Label, Name extends string>(
  run: Run<Row, L, Name>,
  material: Material,
  judging: Judging<'selection'>,
  plan: SearchPlan,
  planning: Planning<L, Name>,
  candidates: readonly Candidate[],
  reread: RereadRows,
): Promise<{ readonly path: ChosenPath<L, Name> | undefined; readonly isCut: boolean }> {
  const { problem, lastFits, tracker } = run;
  const { onProgress } = tracker('search');
  const compare = (own: Judging) => searchOptions(planning, material, own);
  const search = compare(judging);
  const last = { ...material, context: { ...material.context, fits: lastFits, why: 'served' } };
  const chains = searchChains(candidates, search);
  const workOf = ({ chain }: CostedChain) =>
    sumSimple(
      chain.stages.map((stage) => (stage.target === 'full' ? 0 : specWork(material, judging, stage))),
    );
  // Of chains that cost more, one may be served in time.
  const found = chains.find((each) => plan.affords?.(workOf(each)) ?? true);
  if (found === undefined) {
    onProgress?.(1);
    return { path: undefined, isCut: chains.length > 0 };
  }
  const refined = await refinedInTime(plan, found, () =>
    refineStages(material, judging, found, compare, problem.random),
  );
  // Exit scores don't change what models are fitted to: with threads, both are found at once.
  const fitting = Promise.all([
    // Where the time is over, the plain scores have to do.
    plan.isLate?.() || plan.affords?.(2 * workOf(refined)) === false
      ? { found: refined, tried: [] }
      : chooseExits(last, judging, refined, search),
    fitStages(last, judging, refined.chain.stages),
  ]);
  // A stage whose last fit fails is one that wasn't found.
  const fitted = await fitting.catch((error: unknown) => {
    if (!material.failed?.hasNoted(error)) throw error;
    return undefined;
  });
  if (fitted === undefined) {
    const left = candidates.filter((stage) => stage.target === 'full' || !material.failed?.has(stage));
    return searchPath(run, material, judging, plan, planning, left, reread);
  }
  const [exits, models] = fitted;
  const { chain } = exits.found;
  await rescoreStages(material, judging, chain, models, reread);
  const path = thriftyPath(planning, chain.stages, pathOf(chain));
  const plans = path.map((thresholds) => planOf(planning, chain.stages, thresholds));
  const stages = chain.stages.map(({ rule, learner, features, prefix }, s) => ({
    model: models[s],
    rule,
    learner,
    features,
    prefix,
  }));
  const uses = plans.map((plan) => usesOf(stages, plan));
  onProgress?.(1);
  return { path: { chain, stages, path, plans, uses, exits: exits.tried }, isCut: false };
}

/** The chain as it is found where the time ends before a better one is. */
async function refinedInTime(
  { isLate, over }: SearchPlan,
  found: CostedChain,
  refine: () => Promise<CostedChain>,
) {
  if (isLate?.()) return found;
  try {
    return await refine();
  } catch (error) {
    if (over?.aborted && error === over.reason) return found;
    throw error;
  }
}

async function rescoreStages(
  { given, blocks }: Material,
  { scored }: Judging,
  { stages }: Chain,
  models: readonly Model[],
  reread: RereadRows,
): Promise<void> {
  for (const [s, model] of models.entries()) {
    const { features, learner, target } = stages[s];
    // A model that was trained elsewhere has scores already, where all rows were scored.
    const isGiven = target !== 'full' && scored.length === blocks[0].rows;
    const scores = isGiven ? await given.get(learner) : undefined;
    await rescoreRows(reread, model, features, { scores, varies: model.varies });
  }
}
