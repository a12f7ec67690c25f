import { type Candidate, type Chain, costAtLoss, isNested, meanOf } from '../chain/index.js';
import { beamSearch, insertions } from './beamSearch.js';

export interface SearchOptions {
  readonly rows: number;
  /** Thresholds of a stage: one a class; for regression 1. */
  readonly width: number;
  /** Cost of each of these stages for every row that reaches it, the full model last. */
  readonly costs: (stages: readonly Candidate[]) => readonly Float64Array[];
  /** The mean loss that is expected to be certified: chains are compared at it. */
  readonly target: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Found {
  readonly chain: Chain;
  /** Expected cost of a row at the target loss. */
  readonly cost: number;
}

const BEAM = { width: 8, rounds: 5, until: 'beam' } as const;

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
  const evaluate = (stages: readonly Candidate[], limit: number): Found => {
    const key = stages.map((stage) => numbers.get(stage)).join(' ');
    const seen = known.get(key);
    if (seen !== undefined) return seen;
    options.signal?.throwIfAborted();
    const { rows, width } = options;
    const chain = { stages, costs: options.costs(stages), rows, width };
    const isTooDear = meanOf(chain.costs[0]) > limit;
    const found = { chain, cost: isTooDear ? Number.POSITIVE_INFINITY : costAtLoss(chain, options.target) };
    known.set(key, found);
    return found;
  };
  return beamSearch(
    candidates.map((candidate) => evaluate([candidate], Number.POSITIVE_INFINITY)),
    (beam) =>
      beam.flatMap(({ chain }) =>
        insertions(chain.stages, candidates, isNested).map((stages) => evaluate(stages, beam[0].cost)),
      ),
    BEAM,
  );
}
