import type { Random } from '../../lib/stats/index.js';
import { type Candidate, specKey, subsetKey } from '../chain/index.js';
import { fitting, type Judging, joined, type Material, onSome } from '../training/index.js';
import type { StageSpec, TriedSubset } from '../types/index.js';
import { type CostedChain, searchChains } from './chainSearch.js';
import { amongRounds, fitsOf, onRounds, roundsFor } from './fewerRows.js';
import { type CandidateOptions, specWork, tryEach, tryFull } from './trials.js';
import { triedSubsets } from './triedSubsets.js';

/** Rows that are enough to tell contenders apart. */
const JUDGED = 2_000;
/** Chains within this factor of the best go on. */
const CLOSE = 1.02;
/** Stages that are fitted in all rounds, those of the best chain apart. */
const MOST_OF_CLOSE = 2;

/** Stages that were fitted in full, in all rounds, and what the others would have cost. */
export interface Finalists {
  readonly candidates: readonly Candidate[];
  /** Contenders that were fitted in some rounds alone. */
  readonly others: readonly TriedSubset[];
  /** Work of all these fits. */
  readonly spent: number;
}

/**
 * The last step of successive halving: contenders are fitted in the first rounds, as many as judge
 * {@link JUDGED} rows, and the stages of the best chains in the other rounds too. What the first
 * rounds gave is kept, so that the result equals that of a fit in all rounds.
 *
 * Of a subset the first of its contenders is fitted, and one to another target only where a stage of
 * the best chain could be replaced by it.
 *
 * @param specs the contenders, the best first
 * @param prefixes first rounds of the full model, which may be stages too
 */
export async function tryFinalists(
  judging: Judging<'selection'>,
  specs: readonly StageSpec[],
  prefixes: readonly Candidate[],
  options: CandidateOptions,
  onProgress: (share: number) => void,
): Promise<Finalists> {
  const { material, plan, compare, random } = options;
  const forWhat = (why: string) => ({ ...options, material: fitting(material, why) });
  const first = inFirstRounds(material, judging, random);
  const work = (own: Judging, some: readonly StageSpec[]) =>
    some.reduce((sum, spec) => sum + fitsOf(material, own) * specWork(material, judging, spec), 0);
  let done = 0;
  const fitted = () => onProgress(++done / (specs.length + 2));
  if (first === judging) {
    const candidates = await tryEach(plan, specs, async (spec) => {
      const found = await tryFull(judging, spec, forWhat('finalist'));
      fitted();
      return found;
    });
    return { candidates, others: [], spent: work(judging, specs) };
  }

  const rest = amongRounds(judging, first.rounds.length, judging.rounds.length, random);
  const search = compare(first);
  const tried = prefixes.flatMap((prefix) => onSome(material, judging, first, prefix) ?? []);
  const known = new Map<string, readonly Candidate[]>();
  const begin = async (some: readonly StageSpec[]) => {
    const found = await tryEach(plan, some, async (spec) => {
      const candidates = await tryFull(first, spec, forWhat('contender'));
      known.set(specKey(spec), candidates);
      fitted();
      return candidates;
    });
    tried.push(...found);
    return searchChains(tried, search);
  };
  const ofSubsets = new Map(specs.toReversed().map((spec) => [subsetKey(spec), spec]));
  const [best] = await begin(specs.filter((spec) => ofSubsets.get(subsetKey(spec)) === spec));
  const inBest = new Set(best?.chain.stages.map(subsetKey));
  const found = await begin(specs.filter((spec) => !known.has(specKey(spec)) && inBest.has(subsetKey(spec))));

  const chosen = finalistsOf(specs, found).filter((spec) => known.has(specKey(spec)));
  const candidates = await tryEach(plan, chosen, async (spec) => {
    const both = [
      { judging: first, candidates: known.get(specKey(spec)) ?? [] },
      { judging: rest, candidates: await tryFull(rest, spec, forWhat('finalist')) },
    ];
    // With early stopping, rounds may have led to other prefixes.
    return joined(material, judging, both) ?? tryFull(judging, spec, forWhat('finalist'));
  });
  const isIn = new Set(candidates.map(specKey));
  const left = tried.filter((candidate) => candidate.target !== 'full' && !isIn.has(specKey(candidate)));
  const begun = specs.filter((spec) => known.has(specKey(spec)));
  return {
    candidates,
    others: triedSubsets(search, left, search.target),
    spent: work(first, begun) + work(rest, chosen),
  };
}

/** A trial in as many rounds as tell contenders apart; the selection itself where these are all. */
export function inFirstRounds({ width }: Material, selection: Judging<'selection'>, random: Random): Judging {
  // A regression's scores aren't kept: its expected errors depend on all rounds.
  if (width === 1) return selection;
  const first = onRounds(selection, roundsFor(selection, JUDGED), random);
  return first === selection ? selection : { ...first, by: 'trial' };
}

/** The stages of the best chain, and a few of chains that cost little more. */
function finalistsOf(specs: readonly StageSpec[], found: readonly CostedChain[]): readonly StageSpec[] {
  const [best] = found;
  // Where no chain is found on some rows, there may be one on all.
  if (best === undefined) return specs;
  // By subset: models of one subset to two targets answer much alike, and the better one is enough.
  const chosen = keysOf(best);
  const most = chosen.size + MOST_OF_CLOSE;
  for (const chain of found.filter(({ cost }) => cost <= CLOSE * best.cost)) {
    const own = [...keysOf(chain)];
    if (own.some(([subset, key]) => (chosen.get(subset) ?? key) !== key)) continue;
    const fresh = own.filter(([subset]) => !chosen.has(subset));
    if (chosen.size + fresh.length <= most) for (const [subset, key] of fresh) chosen.set(subset, key);
  }
  const keys = new Set(chosen.values());
  return specs.filter((spec) => keys.has(specKey(spec)));
}

/** The stages of a chain that are fitted, by their subsets. */
function keysOf({ chain }: CostedChain): Map<string, string> {
  const fitted = chain.stages.filter(({ target }) => target !== 'full');
  return new Map(fitted.map((stage) => [subsetKey(stage), specKey(stage)]));
}
