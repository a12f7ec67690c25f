import { type Candidate, type Chain, costAtLoss, isNested, quantisedCostAtLoss } from '../chain/index.js';
import { beamSearch, insertions } from './beamSearch.js';

export interface SearchOptions {
  readonly rows: number;
  /** Thresholds of a stage: one a class; for regression 1. */
  readonly width: number;
  /** Cost of each of these stages for every row that reaches it, the full model last. */
  readonly costs: (stages: readonly Candidate[]) => readonly Float64Array[];
  /** The same costs of a row, as one number a stage: all rows cost the same. */
  readonly even: (stages: readonly Candidate[]) => readonly number[];
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

interface Compared {
  readonly stages: readonly Candidate[];
  readonly cost: number;
}

/**
 * The chains of nested stages that cost least at the target loss, best first.
 *
 * Beam search: the best chains so far are each extended by every candidate that fits between, before or after their
 * stages, until no extension is cheaper. A chain whose first stage alone costs more than the best one found isn't
 * evaluated. Chains are compared with thresholds between bins of confidence; those that are left
 * are ranked by exact thresholds.
 */
export function searchChains(candidates: readonly Candidate[], options: SearchOptions): Found[] {
  const { rows, width, target, signal } = options;
  const known = new Map<string, Compared>();
  const numbers = new Map(candidates.map((candidate, i) => [candidate, i]));
  const evaluate = (stages: readonly Candidate[], limit: number): Compared => {
    const key = stages.map((stage) => numbers.get(stage)).join(' ');
    const seen = known.get(key);
    if (seen !== undefined) return seen;
    signal?.throwIfAborted();
    const costs = options.even(stages);
    const cost =
      costs[0] > limit ? Number.POSITIVE_INFINITY : quantisedCostAtLoss({ stages, costs, rows }, target);
    const found = { stages, cost };
    known.set(key, found);
    return found;
  };
  const beam = beamSearch(
    candidates.map((candidate) => evaluate([candidate], Number.POSITIVE_INFINITY)),
    (beam) =>
      beam.flatMap(({ stages }) =>
        insertions(stages, candidates, isNested).map((longer) => evaluate(longer, beam[0].cost)),
      ),
    BEAM,
  );
  return beam
    .map(({ stages }): Found => {
      const chain = { stages, costs: options.costs(stages), rows, width };
      return { chain, cost: costAtLoss(chain, target) };
    })
    .filter(({ cost }) => Number.isFinite(cost))
    .sort((a, b) => a.cost - b.cost);
}

/** The cost of a cascade of this stage alone at the target loss, by bins of confidence. */
export function costAlone(candidate: Candidate, { even, rows, target }: SearchOptions): number {
  return quantisedCostAtLoss({ stages: [candidate], costs: even([candidate]), rows }, target);
}
