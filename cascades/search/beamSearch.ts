/** An item of a search: only its cost is compared. */
export interface CostedItem {
  /** `Infinity` if it can't be used. */
  readonly cost: number;
}

export interface BeamOptions {
  /** The number of cheapest items that are extended in each round. */
  readonly width: number;
  /** The most rounds of extensions. */
  readonly rounds: number;
  /**
   * When the search ends early: `best` where a round finds nothing cheaper than the cheapest so far, `beam` where it
   * leaves the whole beam as it was.
   */
  readonly until: 'best' | 'beam';
}

/** Whether an item needs no place in the beam beside one that costs no more. */
type IsSpare<Found> = (found: Found, cheaper: Found) => boolean;

/**
 * Beam search: the cheapest so far are extended, round by round.
 *
 * @param start the initial beam
 * @param extend the successors of a beam; must return the same object for one found before
 * @param isSpare items that would only crowd others out. @defaultValue none
 * @returns the last beam, cheapest first; empty if nothing has a finite cost
 *
 * @example
 * const [best] = beamSearch(singles, (beam) => beam.flatMap(longer), { width: 8, rounds: 5, until: 'beam' });
 */
export function beamSearch<Found extends CostedItem>(
  start: readonly Found[],
  extend: (beam: readonly Found[]) => readonly Found[],
  { width, rounds, until }: BeamOptions,
  isSpare?: IsSpare<Found>,
): Found[] {
  let beam = cheapest(start, width, isSpare);
  for (let round = 0; round < rounds && beam.length > 0; round++) {
    const next = cheapest([...beam, ...extend(beam)], width, isSpare);
    const isCheaper = next[0].cost < beam[0].cost;
    if (!isCheaper && (until === 'best' || next.every((found) => beam.includes(found)))) break;
    beam = next;
  }
  return beam;
}

/** The `width` cheapest of finite cost, each once; equals in the order in which they were found. */
export function cheapest<Found extends CostedItem>(
  found: readonly Found[],
  width: number,
  isSpare: IsSpare<Found> = () => false,
): Found[] {
  const ranked = [...new Set(found)]
    .filter(({ cost }) => Number.isFinite(cost))
    .sort((a, b) => a.cost - b.cost);
  const kept: Found[] = [];
  for (const each of ranked) {
    if (kept.length === width) break;
    if (!kept.some((cheaper) => isSpare(each, cheaper))) kept.push(each);
  }
  return kept;
}

/**
 * Chains with one more stage, for each stage that fits: between its possible predecessors and
 * successors.
 *
 * @param mayPrecede whether the first may come right before the second
 */
export function insertions<Stage>(
  stages: readonly Stage[],
  all: readonly Stage[],
  mayPrecede: (earlier: Stage, later: Stage) => boolean,
): Stage[][] {
  return all.flatMap((stage) => {
    const at = stages.findIndex((other) => !mayPrecede(other, stage));
    const place = at < 0 ? stages.length : at;
    return place === stages.length || mayPrecede(stage, stages[place])
      ? [stages.toSpliced(place, 0, stage)]
      : [];
  });
}
