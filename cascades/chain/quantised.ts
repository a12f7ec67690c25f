import type { StageBins } from './bins.js';
import type { Candidate } from './candidate.js';
import { type Cells, cellsOf } from './cells.js';
import { costOverShares, lambdaAt } from './share.js';

/** A chain whose rows all cost the same at a stage. */
export interface EvenChain {
  readonly stages: readonly Candidate[];
  /** The cost of a row at each stage that it reaches; the full model's comes last. */
  readonly costs: readonly number[];
  readonly rows: number;
}

/** What a chain costs at a loss, and what a unit of loss is worth there. */
export interface Priced {
  /** The mean cost of a row; `Infinity` where no thresholds keep within the loss. */
  readonly cost: number;
  /** The cost that one more unit of mean loss would save: the slope of cost by loss. */
  readonly lambda: number;
}

/** A chain to compare with: dearer ones aren't wanted. */
export interface Rival {
  /** Chains that cost more than this aren't wanted. */
  readonly cost: number;
  /** The slope of a chain that costs little, from {@link quantisedCostAtLoss}. */
  readonly lambda: number;
}

/** Of costs: the best chains are compared by exact thresholds. */
const PRECISION = 0.002;
/**
 * Bounds are from smoothed losses and costs from real ones: a chain is left out where its bound is so many times too
 * dear.
 */
const SLACK = 1.02;

/**
 * As `costAtLoss`, with thresholds between bins of confidence alone: a few hundred bins in place of
 * the rows, so that comparing many chains doesn't grow with the rows.
 *
 * Where there is a rival, the chain is first bounded from below: for any lambda, the least of cost +
 * lambda * (loss - target) is at most the cost at that loss (weak duality). One placement of
 * thresholds shows so that most chains aren't wanted, in place of one for each halving.
 *
 * @param target mean loss
 */
export function quantisedCostAtLoss(chain: EvenChain, target: number, rival?: Rival): Priced {
  const cuts = new Cuts(chain, cellsOf(chain.stages, chain.rows));
  if (rival !== undefined && Number.isFinite(rival.cost)) {
    cuts.place(rival.lambda);
    const { cost, loss } = cuts.outcome();
    const bound = cost + rival.lambda * (loss - target);
    if (bound > SLACK * rival.cost) return { cost: Number.POSITIVE_INFINITY, lambda: rival.lambda };
  }
  return pricedAt(chain, cuts, target);
}

/** The same at several mean losses, without a rival. @returns the mean costs of a row */
export function quantisedCostsAtLosses(chain: EvenChain, targets: readonly number[]): number[] {
  const cuts = new Cuts(chain, cellsOf(chain.stages, chain.rows));
  return targets.map((target) => pricedAt(chain, cuts, target).cost);
}

function pricedAt({ costs }: EvenChain, cuts: Cuts, target: number): Priced {
  let total = 0;
  for (const cost of costs) total += cost;
  let lambda = 0;
  const cost = costOverShares(
    (share) => {
      cuts.place(lambdaAt(total, share));
      const point = cuts.outcome();
      if (point.loss <= target) lambda = lambdaAt(total, share);
      return point;
    },
    target,
    PRECISION,
  );
  return { cost, lambda };
}

/** Thresholds of all stages between bins, found like `jointThresholds` finds its own. */
class Cuts {
  private readonly bins: readonly StageBins[];
  /** For each stage and bin, 1 where its rows leave. */
  private readonly leaves: readonly Uint8Array[];
  private readonly gains: readonly Float64Array[];
  private readonly exits: Int32Array;
  private readonly onward: Float64Array;

  constructor(
    private readonly chain: EvenChain,
    private readonly cells: Cells,
  ) {
    this.bins = chain.stages.map(({ bins }) => bins);
    this.leaves = this.bins.map(({ risk }) => new Uint8Array(risk.length));
    this.gains = this.bins.map(({ risk }) => new Float64Array(risk.length));
    this.exits = new Int32Array(cells.count);
    this.onward = new Float64Array(cells.count);
  }

  /** Makes mean cost + `lambda` * mean smoothed loss least, by coordinate descent from no exits. */
  place(lambda: number): void {
    const { chain, cells, exits, onward, leaves } = this;
    const last = chain.stages.length;
    exits.fill(last);
    for (const own of leaves) own.fill(0);
    const most = last > 1 ? 20 : 1;
    for (let sweep = 0, moved = true; moved && sweep < most; sweep++) {
      moved = false;
      if (sweep > 0) this.leave();
      onward.fill(chain.costs[last]);
      for (let s = last - 1; s >= 0; s--) {
        if (this.move(s, lambda)) moved = true;
        if (s === 0) break;
        const cost = chain.costs[s];
        const codes = cells.codes[s];
        const { risk } = this.bins[s];
        const own = leaves[s];
        for (let i = 0; i < cells.count; i++) {
          const code = codes[i];
          onward[i] = cost + (own[code] === 1 ? lambda * risk[code] : onward[i]);
        }
      }
    }
  }

  /** Mean cost and mean loss of a row. */
  outcome(): { readonly cost: number; readonly loss: number } {
    const { chain, cells, exits } = this;
    this.leave();
    const paid = [0];
    for (const cost of chain.costs) paid.push(paid[paid.length - 1] + cost);
    let cost = 0;
    let loss = 0;
    for (let i = 0; i < cells.count; i++) {
      const exit = exits[i];
      cost += cells.weights[i] * paid[exit + 1];
      if (exit < chain.stages.length) loss += cells.lost[exit][i];
    }
    return { cost: cost / chain.rows, loss: loss / chain.rows };
  }

  /** Writes the stage at which each cell leaves. */
  private leave(): void {
    const { cells, exits, leaves } = this;
    exits.fill(leaves.length);
    for (let s = leaves.length - 1; s >= 0; s--) {
      const codes = cells.codes[s];
      const own = leaves[s];
      for (let i = 0; i < cells.count; i++) if (own[codes[i]] === 1) exits[i] = s;
    }
  }

  /** Moves the thresholds of a stage to the best bins of each class. @returns whether any moved */
  private move(s: number, lambda: number): boolean {
    const { cells, exits, onward } = this;
    const { starts, risk } = this.bins[s];
    const codes = cells.codes[s];
    const gains = this.gains[s].fill(0);
    for (let i = 0; i < cells.count; i++) {
      const code = codes[i];
      if (exits[i] >= s) gains[code] += cells.weights[i] * (onward[i] - lambda * risk[code]);
    }
    const own = this.leaves[s];
    let moved = false;
    for (let c = 0; c + 1 < starts.length; c++) {
      let gain = 0;
      let best = 0;
      let end = starts[c];
      for (let code = starts[c]; code < starts[c + 1]; code++) {
        gain += gains[code];
        if (gain <= best) continue;
        best = gain;
        end = code + 1;
      }
      for (let code = starts[c]; code < starts[c + 1]; code++) {
        const leaves = code < end ? 1 : 0;
        if (own[code] === leaves) continue;
        own[code] = leaves;
        moved = true;
      }
    }
    return moved;
  }
}
