import { nestedAmong } from '../chain/index.js';
import { fullCost } from '../costs/index.js';
import { evenCosts, meanCosts, type Planning } from '../plan/index.js';
import type { Run } from '../problem/index.js';
import type { Judging, Material } from '../training/index.js';
import type { Label } from '../types/index.js';
import type { SearchPlan } from './budget.js';
import { tryCandidates } from './candidates.js';
import { KnownChains, type SearchOptions } from './chainSearch.js';
import { EFFORT_SETTINGS } from './effort.js';
import { onRounds, roundsFor } from './fewerRows.js';
import { judgedOn } from './judgedRows.js';
import type { TriedCandidates } from './trials.js';

/**
 * Settings for comparing chains on the tuning rows: at mean costs, and at the loss that is expected
 * to pass.
 */
export function searchOptions<L extends Label, Name extends string>(
  planning: Planning<L, Name>,
  { width, context, fidelities }: Material,
  { loss, scored }: Judging,
): SearchOptions {
  const rows = scored.length;
  return {
    rows,
    width,
    costs: meanCosts({ ...planning, rows }),
    even: evenCosts(planning),
    target: loss.target,
    nested: nestedAmong(fidelities),
    known: new KnownChains(),
    signal: context.signal,
  };
}

/**
 * Trains models of cheap subsets as the budget allows, and collects their answers to rows that they
 * haven't seen.
 *
 * @returns also whether seconds were over before one was fitted
 */
export async function trainStages<Row, L extends Label, Name extends string>(
  { options, objective, problem, tracker }: Run<Row, L, Name>,
  material: Material,
  judging: Judging<'selection'>,
  planning: Planning<L, Name>,
  plan: SearchPlan,
): Promise<TriedCandidates & { readonly isCut: boolean }> {
  const { profile, reads } = planning;
  const { reductions, ...found } = await tryCandidates(judging, {
    material,
    profile,
    objective,
    fullCost: fullCost(profile, reads, objective),
    plan,
    compare: (own) => searchOptions(planning, material, own),
    effort: EFFORT_SETTINGS[options.effort ?? 'default'],
    random: problem.random,
    onProgress: tracker('stages').onProgress,
  });
  const isNone = found.candidates.length === 0 && plan.isLate !== undefined;
  const isCut = isNone && (plan.isLate() || found.untried.length > 0);
  const none = isCut ? ['no stage: the seconds were over before one was fitted'] : [];
  return { ...found, isCut, reductions: [...plan.reductions, ...reductions, ...none] };
}

/** As many rows judge stages as the effort asks for. */
export function selectionOf<Row, L extends Label, Name extends string>(
  { options, problem }: Run<Row, L, Name>,
  judging: Judging<'selection'>,
): Judging<'selection'> {
  const { judged, mostJudged } = EFFORT_SETTINGS[options.effort ?? 'default'];
  const { random } = problem;
  const few = onRounds(judging, roundsFor(judging, judged), random);
  // Rows that the first of several rounds pass on are fitted on in the others: as many of them as possible are scored
  // there.
  return judgedOn(few, few.rounds.length === 1 ? judged : mostJudged, random);
}
