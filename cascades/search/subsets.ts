import { sumSimple } from 'simple-statistics';
import { type FidelityNames, fidelityName, fidelityNames } from '../../lib/features/define/index.js';
import { keyOf } from '../chain/index.js';

/**
 * A stage that costs more than this share of the full pipeline can't save much. Nested stages pay for
 * features once, so that a dear one after cheap ones still may: at .5, the best chains of 300 drawn
 * laws cost 3.4 % more than at 1, and at .8 they cost .3 % more.
 */
const DEAREST = 0.8;
const MOST_FEATURES = 12;
/** Subsets tried before the search stops being exhaustive. */
export const EXHAUSTIVE = 64;

/**
 * Every subset that may be worth a stage, cheapest first; `undefined` if there are too many to try,
 * so that they must be searched.
 */
export function affordableSubsets(
  names: readonly string[],
  cost: (features: readonly string[]) => number,
  full: number,
): string[][] | undefined {
  if (names.length > MOST_FEATURES) return undefined;
  const subsets: string[][] = [];
  for (let mask = 1; mask < 2 ** names.length; mask++) {
    const subset = names.filter((_, i) => (mask >> i) & 1);
    if (cost(subset) <= DEAREST * full) subsets.push(subset);
  }
  return subsets.length <= EXHAUSTIVE ? byCost(subsets, cost) : undefined;
}

/** The subsets one feature away from these, larger and smaller, that are affordable and not yet known. */
export function neighbours(
  subsets: readonly (readonly string[])[],
  names: readonly string[],
  known: ReadonlySet<string>,
  cost: (features: readonly string[]) => number,
  full: number,
): string[][] {
  const found = new Map<string, string[]>();
  for (const subset of subsets) {
    for (const name of names) {
      const next = names.filter((other) =>
        other === name ? !subset.includes(name) : subset.includes(other),
      );
      if (next.length > 0 && !known.has(keyOf(next)) && cost(next) <= DEAREST * full)
        found.set(keyOf(next), next);
    }
  }
  return byCost([...found.values()], cost);
}

/** Subsets with versions that are tried in one round, and rounds: they are neighbours of the best ones so far. */
const [A_ROUND, ROUNDS] = [8, 2];
/** A subset with versions saves little that costs more than this share of the full pipeline, and takes long to fit. */
const DEAREST_VARIED = 0.6;

/**
 * The subsets one step away from these among the versions of features, affordable and not yet known: with a feature at
 * another fidelity, and after all of these with a version of a feature that they lack. Those of the first subsets come
 * first.
 */
export function atOtherFidelities(
  subsets: readonly (readonly string[])[],
  names: readonly string[],
  fidelities: FidelityNames,
  known: ReadonlySet<string>,
  cost: (features: readonly string[]) => number,
  full: number,
): string[][] {
  const all = fidelityNames(names, fidelities);
  const [found, added] = [new Map<string, string[]>(), new Map<string, string[]>()];
  for (const subset of subsets) {
    for (const [feature, at] of Object.entries(fidelities)) {
      const versions: readonly string[] = at.map((each) => fidelityName(feature, each));
      const own = [...versions, feature].find((name) => subset.includes(name));
      const into = own === undefined ? added : found;
      for (const version of own === undefined ? versions : [...versions, feature]) {
        const next = all.filter((name) => name === version || (name !== own && subset.includes(name)));
        const key = keyOf(next);
        if (version !== own && !known.has(key) && cost(next) <= DEAREST_VARIED * full) into.set(key, next);
      }
    }
  }
  return [...new Map([...found, ...added]).values()];
}

/** The subsets among which stages are looked for. */
export interface SubsetSpace {
  /**
   * All affordable ones if they are few; else those of one feature, and the others remain to be
   * searched.
   */
  readonly first: readonly (readonly string[])[];
  /** @param known keys of the subsets that were tried */
  after(best: readonly (readonly string[])[], known: ReadonlySet<string>): readonly (readonly string[])[];
  /** A round of subsets with versions of features beside the best ones: none where no feature has versions. */
  varied(best: readonly (readonly string[])[], known: ReadonlySet<string>): readonly (readonly string[])[];
  /** How many of `works` are kept for these. */
  readonly kept: number;
  /** Work of fitting each subset that may be tried; a guess for later ones. */
  works(workOf: (features: readonly string[]) => number): number[];
}

/**
 * @param cost of a subset as a stage
 * @param full the cost of the full pipeline
 * @param fidelities versions of features, tried once the features themselves are
 */
export function subsetSpace(
  names: readonly string[],
  cost: (features: readonly string[]) => number,
  full: number,
  fidelities: FidelityNames = {},
): SubsetSpace {
  const all = affordableSubsets(names, cost, full);
  const first = all ?? neighbours([[]], names, new Set(), cost, full);
  const kept = Object.keys(fidelities).length > 0 ? A_ROUND * ROUNDS : 0;
  return {
    first,
    after: (best, known) => (all ? [] : neighbours(best, names, known, cost, full)),
    // Where features as they are cost too much, versions of them may not.
    varied: (best, known) =>
      atOtherFidelities([...best, []], names, fidelities, known, cost, full).slice(0, A_ROUND),
    kept,
    works(workOf) {
      const works = first.map(workOf);
      const mean = works.length > 0 ? sumSimple(works) / works.length : workOf(names);
      const varied = new Array<number>(kept).fill(mean);
      if (all) return [...works, ...varied];
      // A search grows subsets by one feature at a time, and tries at least as many of a size as there are features.
      while (works.length > 0 && works.length < EXHAUSTIVE)
        works.push(mean * (1 + works.length / names.length));
      return [...works, ...varied];
    },
  };
}

/** The number of best subsets whose neighbours are tried. */
const WIDTH = 6;

/**
 * Tries subsets: all of a space that lists them, else by a forward-backward beam search from the best ones so far; and
 * then, with what is kept for that, versions of features in them.
 *
 * @param most the number to try
 * @param tryAll tries these, all of them new
 * @param best the subsets that were tried, the best first
 * @returns the number tried
 */
export async function searchSubsets(
  space: SubsetSpace,
  most: number,
  tryAll: (subsets: readonly (readonly string[])[]) => Promise<void>,
  best: () => readonly (readonly string[])[],
): Promise<number> {
  const known = new Set<string>();
  const attempt = async (subsets: readonly (readonly string[])[]) => {
    for (const subset of subsets) known.add(keyOf(subset));
    await tryAll(subsets);
  };
  // With little to try, half of it is.
  const without = space.kept === 0 ? most : Math.max(most - space.kept, Math.ceil(most / 2));
  let next = space.first;
  while (next.length > 0 && known.size < without) {
    await attempt(next.slice(0, without - known.size));
    next = space.after(best().slice(0, WIDTH), known);
  }
  for (let round = 0; round < ROUNDS && space.kept > 0; round++) {
    const varied = space.varied(best().slice(0, WIDTH), known).slice(0, most - known.size);
    if (varied.length === 0) break;
    await attempt(varied);
  }
  return known.size;
}

/** Each subset once, the one that costs least first; those without a finite cost aren't among them. */
export function rankedSubsets(
  tried: readonly { readonly features: readonly string[]; readonly cost: number }[],
): (readonly string[])[] {
  const least = new Map<string, (typeof tried)[number]>();
  for (const stage of tried) {
    const key = keyOf(stage.features);
    if (stage.cost < (least.get(key)?.cost ?? Number.POSITIVE_INFINITY)) least.set(key, stage);
  }
  return [...least.values()].sort((a, b) => a.cost - b.cost).map(({ features }) => features);
}

function byCost(subsets: string[][], cost: (features: readonly string[]) => number): string[][] {
  return subsets
    .map((subset) => ({ subset, cost: cost(subset) }))
    .sort((a, b) => a.cost - b.cost)
    .map(({ subset }) => subset);
}
