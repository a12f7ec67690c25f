import {
  type Candidate,
  type Chain,
  costAtLoss,
  isNested,
  type Priced,
  quantisedCostAtLoss,
  type Rival,
} from '../chain/index.js';
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
  /** Whether one stage may follow another. @defaultValue as where no feature has fidelities */
  readonly nested?: typeof isNested;
  /** What chains cost that were compared with these settings before. */
  readonly known?: KnownChains;
  readonly signal?: AbortSignal | undefined;
}

/** Chains that were compared, by their stages. */
export class KnownChains {
  private readonly numbers = new Map<Candidate, number>();
  private readonly priced = new Map<string, Priced>();

  get(stages: readonly Candidate[]): Priced | undefined {
    return this.priced.get(this.keyOf(stages));
  }

  set(stages: readonly Candidate[], priced: Priced): void {
    this.priced.set(this.keyOf(stages), priced);
  }

  private keyOf(stages: readonly Candidate[]): string {
    let key = '';
    for (const stage of stages) {
      const number = this.numbers.get(stage) ?? this.numbers.size;
      this.numbers.set(stage, number);
      key += `${number} `;
    }
    return key;
  }
}

export interface CostedChain {
  readonly chain: Chain;
  /** Expected cost of a row at the target loss. */
  readonly cost: number;
}

const BEAM = { width: 8, rounds: 5, until: 'beam' } as const;

interface Compared extends Priced {
  readonly stages: readonly Candidate[];
}

/** By bins, costs are off by less: chains that cost so many times the best can't be better by exact thresholds. */
const CLOSE = 1.05;

/**
 * The chains of nested stages that cost least at the target loss, best first.
 *
 * Beam search: the best chains so far are each extended by every candidate that fits between, before or after their
 * stages, until no extension is cheaper. A chain whose first stage alone costs more than the best one found isn't
 * evaluated, and neither is one that by a lower bound can't be among the best. Chains are compared with thresholds
 * between bins of confidence; those that come near the best are ranked by exact thresholds.
 */
export function searchChains(candidates: readonly Candidate[], options: SearchOptions): CostedChain[] {
  const { rows, width, target, nested = isNested, signal, known = new KnownChains() } = options;
  const seen = new Map<Priced, Compared>();
  const own = { ...options, known };
  // The beam's costs only fall, so that a chain which isn't wanted never will be in this search.
  const unwanted = new KnownChains();
  /** The same object for one that was found before. */
  const compared = (stages: readonly Candidate[], priced: Priced): Compared => {
    const found = seen.get(priced) ?? { stages, ...priced };
    seen.set(priced, found);
    return found;
  };
  const extended = (beam: readonly Compared[]): Compared[] => {
    const [{ cost: limit, lambda }] = beam;
    const rival = beam.length < BEAM.width ? undefined : { cost: beam[beam.length - 1].cost, lambda };
    return beam.flatMap(({ stages }) =>
      insertions(stages, candidates, nested).map((longer) => {
        signal?.throwIfAborted();
        const priced = unwanted.get(longer) ?? price(longer, own, limit, rival);
        if (!Number.isFinite(priced.cost)) unwanted.set(longer, priced);
        return compared(longer, priced);
      }),
    );
  };
  const beam = beamSearch(
    candidates.map((candidate) => compared([candidate], priceAlone(candidate, own))),
    extended,
    BEAM,
    saysNothingMore,
  );
  const close = CLOSE * (beam[0]?.cost ?? 0);
  return beam
    .map(({ stages, cost }): CostedChain => {
      const chain = { stages, costs: options.costs(stages), rows, width };
      return { chain, cost: cost <= close ? costAtLoss(chain, target) : cost };
    })
    .filter(({ cost }) => Number.isFinite(cost))
    .sort((a, b) => a.cost - b.cost);
}

/**
 * Whether a chain has all stages of one that costs no more: its other stages are worth nothing. Stages
 * that cost nothing never make a chain dearer, and would fill the beam with one chain over and over.
 */
function saysNothingMore({ stages }: Compared, cheaper: Compared): boolean {
  return cheaper.stages.every((stage) => stages.includes(stage));
}

/** The cost of a cascade of this stage alone at the target loss, by bins of confidence. */
export function costAlone(candidate: Candidate, options: SearchOptions): number {
  return priceAlone(candidate, options).cost;
}

function priceAlone(candidate: Candidate, options: SearchOptions): Priced {
  return price([candidate], options, Number.POSITIVE_INFINITY, undefined);
}

/** `Infinity` where the first stage costs more than `limit`, or the chain costs more than the rival. */
function price(
  stages: readonly Candidate[],
  { even, rows, target, known }: SearchOptions,
  limit: number,
  rival: Rival | undefined,
): Priced {
  const before = known?.get(stages);
  if (before !== undefined) return before;
  const costs = even(stages);
  if (costs[0] > limit) return { cost: Number.POSITIVE_INFINITY, lambda: 0 };
  const priced = quantisedCostAtLoss({ stages, costs, rows }, target, rival);
  // What one rival bounds, another may not.
  if (rival === undefined || Number.isFinite(priced.cost)) known?.set(stages, priced);
  return priced;
}
