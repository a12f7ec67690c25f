import type { SplitColumn } from './bins.js';
import type { Crew } from './crew.js';
import { BIN, type DenseBins, type Loops } from './plainLoops.js';
import {
  type Bounds,
  bestScore,
  bestSplit,
  type LeafRules,
  leastScore,
  type Split,
  type Sums,
  UNBOUNDED,
} from './split.js';

/** What threads share of it. */
export interface HistogramArrays {
  /** The dense columns, by their places. */
  readonly columns: readonly SplitColumn[];
  readonly dense: readonly DenseBins[];
  readonly pool: readonly Float64Array[];
  readonly order: Int32Array;
  readonly derivatives: Int32Array;
  /** The places of the columns that the tree may use, in order. */
  readonly usable: Float64Array;
  /** What a job needs to know. */
  readonly command: Float64Array;
  /** For each part and each leaf the score and the place of the column that divides it best. */
  readonly found: Float64Array;
}

/** A leaf whose histogram is wanted, and its best division. */
export interface Wanted {
  /** The histogram's place in the pool. */
  readonly at: number;
  /** The place of the one to be taken off it. Without, it is built of the rows order[from … to - 1]. */
  readonly less?: number;
  readonly from: number;
  readonly to: number;
  readonly sums: Sums;
  readonly bounds: Bounds;
  /** Whether it may be divided. */
  readonly isSearched: boolean;
}

/** Columns of one part: so many the kernel adds to at once. */
const SOME = 4;
/** Leaves of one job, at most. */
const LEAVES = 2;
const HEAD = 8;
const WORDS = 10;

export const HISTOGRAM_JOB = 3;

/** Histograms of the dense columns and the best divisions in them; each part does the same for a few of the columns. */
export class Histograms {
  constructor(
    private readonly arrays: HistogramArrays,
    private readonly loops: Loops,
  ) {}

  /** Begins a tree. */
  begin(columns: readonly SplitColumn[], rules: LeafRules, isShared: boolean): void {
    const { usable, command } = this.arrays;
    let count = 0;
    for (const { zero, place } of columns) if (zero === -1) usable[count++] = place;
    const some = isShared ? SOME : Math.max(1, count);
    command.set([count, some, 0, rules.l2, rules.minRows, rules.minSecond, rules.minGain, rules.smoothing]);
  }

  /** At most two leaves, in an order that the second may take the first off. */
  find(leaves: readonly Wanted[], rules: LeafRules, crew: Crew): (Split | undefined)[] {
    const { pool, columns, command, found } = this.arrays;
    command[2] = leaves.length;
    leaves.forEach(({ at, less = -1, from, to, sums, bounds, isSearched }, i) => {
      const { first, second, rows } = sums;
      const { lower, upper } = bounds;
      command.set(
        [at, less, from, to, Number(isSearched), first, second, rows, lower, upper],
        HEAD + i * WORDS,
      );
    });
    const parts = Math.ceil(command[0] / command[1]);
    crew.run(HISTOGRAM_JOB, parts, (_, part) => this.part(part));
    return leaves.map(({ at, sums, bounds, isSearched }, i) => {
      let place = -1;
      let score = Number.NEGATIVE_INFINITY;
      for (let part = 0; isSearched && part < parts; part++) {
        const here = 2 * (part * LEAVES + i);
        if (found[here] <= score) continue;
        score = found[here];
        place = found[here + 1];
      }
      // Searched anew for the rest of what there is to know of it.
      return place === -1 ? undefined : bestSplit(pool[at], [columns[place]], sums, rules, bounds);
    });
  }

  part(part: number): void {
    const { columns, dense, pool, order, derivatives, usable, command, found } = this.arrays;
    const [count, some, leaves, l2, minRows, minSecond, minGain, smoothing] = command.subarray(0, HEAD);
    const rules = { l2, minRows, minSecond, minGain, smoothing };
    const places = Array.from(usable.subarray(part * some, Math.min(count, (part + 1) * some)));
    const bins = places.map((place) => dense[place]);
    for (let leaf = 0; leaf < leaves; leaf++) {
      const base = HEAD + leaf * WORDS;
      const [at, less, from, to, isSearched, first, second, rows, lower, upper] = command.subarray(
        base,
        base + WORDS,
      );
      const histogram = pool[at];
      if (less === -1) {
        for (const { first, count } of bins) this.loops.clear(spanOf(histogram, first, count));
        this.loops.add(histogram, bins, order.subarray(from, to), derivatives);
      } else {
        for (const { first, count } of bins)
          this.loops.subtract(spanOf(histogram, first, count), spanOf(pool[less], first, count));
      }
      if (isSearched === 0) continue;
      const node = { first, second, rows };
      const isBounded = lower > Number.NEGATIVE_INFINITY || upper < Number.POSITIVE_INFINITY;
      const bounds = isBounded ? { lower, upper } : UNBOUNDED;
      let score = leastScore(node, rules, bounds);
      let best = -1;
      for (const place of places) {
        const here = bestScore(histogram, columns[place], node, rules, bounds, score, this.loops);
        if (here > score) best = place;
        score = here;
      }
      const into = 2 * (part * LEAVES + leaf);
      found[into] = best === -1 ? Number.NEGATIVE_INFINITY : score;
      found[into + 1] = best;
    }
  }
}

export function histogramNumbers(
  columns: number,
  crew: Crew,
): Pick<HistogramArrays, 'usable' | 'command' | 'found'> {
  return {
    usable: crew.numbers(columns),
    command: crew.numbers(HEAD + LEAVES * WORDS),
    found: crew.numbers(2 * LEAVES * Math.ceil(columns / SOME)),
  };
}

function spanOf(histogram: Float64Array, first: number, bins: number): Float64Array {
  return histogram.subarray(BIN * first, BIN * (first + bins));
}
