import { checkWhole } from '../../lib/check.js';
import { type Block, consecutive } from '../../lib/data/blocks/index.js';
import { type Scored, TopK, topK } from '../select/index.js';
import type { Additive, PartialSums } from './additive.js';
import { type PruningPlan, promising } from './plan.js';

/** The K best candidates, best first, and the work of finding them. */
export interface PrunedAnswer extends Scored {
  /** How many candidates were left after each cut. */
  readonly left: readonly number[];
}

/**
 * Ranks candidates without adding up the whole sums of those that can't be among the K best.
 *
 * At each cut the most promising candidates are finished. The others must be able to reach the K-th
 * best of them: a candidate that can't, even if all remaining steps add the most, is dropped. The
 * answer equals that of scoring every candidate, ties and scores bit for bit. Fagin's threshold
 * algorithm (PODS 2001) stops by the same argument.
 *
 * @param blocks of the candidates, one a feature that the model reads
 * @param k where there are fewer candidates, all are ranked
 * @throws OptionError for a k that isn't a whole number of at least 1, DataError for a score that is NaN
 */
export function prunedTopK(
  additive: Additive,
  blocks: readonly Block[],
  k: number,
  pruning: PruningPlan,
): PrunedAnswer {
  checkWhole('k', k, 1);
  const { steps, start, link } = additive;
  const n = blocks.length === 0 ? 0 : blocks[0].rows;
  // A cut that finishes all wanted candidates drops none.
  const cuts = k < n ? pruning.cuts : [];
  const finished: Group[] = [];
  let bars = new TopK(k);
  const left: number[] = [];
  let alive: Group = {
    rows: consecutive(0, n),
    sums: new Float64Array(n).fill(start),
    partial: additive.open(blocks),
  };
  let at = 0;
  for (let c = 0; c < cuts.length && alive.rows.length > 0; c++) {
    alive.partial.advance(alive.sums, at, cuts[c]);
    at = cuts[c];
    const places = topK(alive.sums, promising(k, alive.rows.length)).sort();
    const best = part(alive, places);
    best.partial.advance(best.sums, at, steps);
    const raised = new TopK(k);
    raised.merge(bars);
    push(raised, best.rows, best.sums);
    const others = able(alive.sums, pruning.most[c], reachOf(link, raised, k), places);
    if (isWorth(additive, at, alive.rows.length, others.length)) {
      bars = raised;
      finished.push(best);
      alive = part(alive, others);
    }
    left.push(alive.rows.length);
  }
  if (alive.rows.length > 0) {
    alive.partial.advance(alive.sums, at, steps);
    finished.push(alive);
  }
  const best = new TopK(Math.max(1, Math.min(k, n)));
  for (const { rows, sums } of finished) push(best, rows, link(sums));
  return { ...best.best(), left };
}

/**
 * Whether dropping some rows saves more than moving the others costs. Otherwise all continue,
 * finished ones too.
 */
function isWorth({ cost, move, steps }: Additive, at: number, all: number, left: number): boolean {
  return (all - left) * (cost[steps] - cost[at]) > left * move[at];
}

/** Some candidates, ascending, and their sums, so far or whole. */
interface Group {
  readonly rows: Int32Array;
  readonly sums: Float64Array;
  readonly partial: PartialSums;
}

function part(group: Group, places: Int32Array): Group {
  const { rows, sums, partial } = group;
  if (places.length === rows.length) return group;
  const some = {
    rows: new Int32Array(places.length),
    sums: new Float64Array(places.length),
    partial: partial.only(places),
  };
  for (let i = 0; i < places.length; i++) {
    some.rows[i] = rows[places[i]];
    some.sums[i] = sums[places[i]];
  }
  return some;
}

/** The places of those that can still reach a sum, without those that were finished, ascending. NaN stays, to be refused. */
function able(sums: Float64Array, most: number, reach: number, finished: Int32Array): Int32Array {
  const places = new Int32Array(sums.length);
  let count = 0;
  let next = 0;
  for (let place = 0; place < sums.length; place++) {
    if (next < finished.length && place === finished[next]) next++;
    else if (!(sums[place] + most < reach)) places[count++] = place;
  }
  return places.subarray(0, count);
}

/**
 * The sum needed for a score equal to the K-th best: somewhat less than its sum, since different
 * sums may have the same score, and then the index decides.
 */
function reachOf(link: Additive['link'], bars: TopK, k: number): number {
  if (bars.size < k) return Number.NEGATIVE_INFINITY;
  const bar = bars.best().scores[k - 1];
  const at = (sum: number) => link(Float64Array.of(sum))[0];
  const score = at(bar);
  let less = Number.EPSILON * Math.abs(bar);
  while (less < Number.POSITIVE_INFINITY && at(bar - less) >= score) less = 2 * less + Number.MIN_VALUE;
  return bar - less;
}

function push(best: TopK, rows: Int32Array, scores: Float64Array): void {
  for (let i = 0; i < rows.length; i++) best.push(scores[i], rows[i]);
}
