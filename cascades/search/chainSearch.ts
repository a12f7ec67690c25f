import { type Candidate, type Chain, costAtLoss, isNested, meanOf } from '../chain/index.js';

export interface SearchOptions {
  readonly rows: number;
  /** Thresholds of a stage: one a class; for regression 1. */
  readonly width: number;
  /** What each of these stages costs every row that reaches it, the full model last. */
  readonly costs: (stages: readonly Candidate[]) => readonly Float64Array[];
  /** The mean loss that may be expected to be certified: chains are compared there. */
  readonly target: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Found {
  readonly chain: Chain;
  /** Expected cost of a row at the target loss. */
  readonly cost: number;
}

const WIDTH = 8;
const MOST_STAGES = 6;

/**
 * The chains of nested stages that cost least at the target loss, best first.
 *
 * Beam search: the best chains so far are each extended by every candidate that fits between, before or after their
 * stages, until no extension is cheaper. A chain whose first stage alone costs more than the best one found isn't
 * evaluated.
 */
export function searchChains(candidates: readonly Candidate[], options: SearchOptions): Found[] {
  const known = new Map<string, Found>();
  const numbers = new Map(candidates.map((candidate, i) => [candidate, i]));
  const evaluate = (stages: readonly Candidate[]): Found => {
    const key = stages.map((stage) => numbers.get(stage)).join(' ');
    const seen = known.get(key);
    if (seen !== undefined) return seen;
    options.signal?.throwIfAborted();
    const { rows, width } = options;
    const chain = { stages, costs: options.costs(stages), rows, width };
    const best = Math.min(...beam.map((found) => found.cost));
    const found = {
      chain,
      cost: meanOf(chain.costs[0]) > best ? Number.POSITIVE_INFINITY : costAtLoss(chain, options.target),
    };
    known.set(key, found);
    return found;
  };

  let beam: Found[] = [];
  beam = best(candidates.map((candidate) => evaluate([candidate])));
  for (let length = 2; length <= MOST_STAGES && beam.length > 0; length++) {
    const extended = beam.flatMap(({ chain }) => extensions(chain.stages, candidates).map(evaluate));
    const next = best([...beam, ...extended]);
    if (next[0].cost >= beam[0].cost && next.every((found) => beam.includes(found))) break;
    beam = next;
  }
  return beam;
}

/** The chain with one more stage, in every place where each still goes on from the one before. */
function extensions(stages: readonly Candidate[], candidates: readonly Candidate[]): Candidate[][] {
  return candidates.flatMap((candidate) => {
    const at = stages.findIndex((stage) => !isNested(stage, candidate));
    const place = at < 0 ? stages.length : at;
    return place === stages.length || isNested(candidate, stages[place])
      ? [stages.toSpliced(place, 0, candidate)]
      : [];
  });
}

/** The cheapest, equals in the order in which they were found. */
function best(found: readonly Found[]): Found[] {
  return [...new Set(found)]
    .filter(({ cost }) => Number.isFinite(cost))
    .sort((a, b) => a.cost - b.cost)
    .slice(0, WIDTH);
}
