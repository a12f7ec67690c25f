import { checkWhole } from '../check.js';
import { type Scored, TopK, topK } from '../select/index.js';
import type { Adding, Additive, Candidates } from './additive.js';
import { type Pruning, promising } from './plan.js';

/** The K best candidates, best first, and what it took to find them. */
export interface PrunedAnswer extends Scored {
  /** Whether they are the K best for certain. */
  readonly sure: boolean;
  /** How many candidates were left to go on with after each cut. */
  readonly left: readonly number[];
}

/**
 * Ranks candidates without adding up the sums of those who can't be among the K best.
 *
 * At each cut the most promising candidates are finished, and the K-th best of them is what the others must be able to reach: who
 * can't, even if all the steps that are left give the most, is dropped. With sure bounds the
 * answer is that of scoring every candidate, ties and scores bit for bit. Fagin's threshold algorithm (PODS 2001) stops by the
 * same argument.
 *
 * @param k where there are fewer candidates, all are ranked
 * @throws OptionError for a k that is none, DataError for a score that is NaN
 */
export async function prunedTopK(
  additive: Additive,
  candidates: Candidates,
  k: number,
  pruning: Pruning,
): Promise<PrunedAnswer> {
  checkWhole('k', k, 1);
  const { steps, start } = additive;
  const n = candidates.rows;
  const adding = await additive.open(candidates);
  // A cut of as many as are wanted drops nobody.
  const cuts = k < n ? pruning.cuts : [];
  const finished: Group[] = [];
  let bars = new TopK(k);
  const left: number[] = [];
  let alive: Group = { rows: upTo(n), sums: new Float64Array(n).fill(start), adding };
  let at = 0;
  for (let c = 0; c < cuts.length && alive.rows.length > 0; c++) {
    await alive.adding.advance(alive.sums, at, cuts[c]);
    at = cuts[c];
    const places = topK(alive.sums, promising(k, alive.rows.length)).sort();
    const best = part(alive, places);
    await best.adding.advance(best.sums, at, steps);
    const raised = new TopK(k);
    raised.merge(bars);
    push(raised, best.rows, best.sums);
    const others = able(alive.sums, pruning.most[c], reachOf(additive, raised, k), places);
    if (isWorth(additive, at, alive.rows.length, others.length)) {
      bars = raised;
      finished.push(best);
      alive = part(alive, others);
    }
    left.push(alive.rows.length);
  }
  if (alive.rows.length > 0) {
    await alive.adding.advance(alive.sums, at, steps);
    finished.push(alive);
  }
  const best = await settled(additive, finished, Math.max(1, Math.min(k, n)));
  return { ...best, sure: pruning.sure || cuts.length === 0, left };
}

/** Whether what is spared by dropping some is more than going on with fewer costs; else all go on, those who were finished too. */
function isWorth({ cost, move, steps }: Additive, at: number, all: number, left: number): boolean {
  return (all - left) * (cost[steps] - cost[at]) > left * move[at];
}

/** Some candidates, ascending, and their sums, so far or whole. */
interface Group {
  readonly rows: Int32Array;
  readonly sums: Float64Array;
  readonly adding: Adding;
}

function part(group: Group, places: Int32Array): Group {
  const { rows, sums, adding } = group;
  if (places.length === rows.length) return group;
  const some = {
    rows: new Int32Array(places.length),
    sums: new Float64Array(places.length),
    adding: adding.only(places),
  };
  for (let i = 0; i < places.length; i++) {
    some.rows[i] = rows[places[i]];
    some.sums[i] = sums[places[i]];
  }
  return some;
}

/** The places of those who can get there, but for some others, ascending. NaN stays, to be refused. */
function able(sums: Float64Array, most: number, reach: number, others: Int32Array): Int32Array {
  const places = new Int32Array(sums.length);
  let count = 0;
  let other = 0;
  for (let place = 0; place < sums.length; place++) {
    if (other < others.length && place === others[other]) other++;
    else if (!(sums[place] + most < reach)) places[count++] = place;
  }
  return places.subarray(0, count);
}

/**
 * What a sum must reach so that its score may be as good as that of the K-th best: somewhat less than that, for different sums may have
 * the same score, and then the index decides.
 */
function reachOf({ link, most, steps }: Additive, bars: TopK, k: number): number {
  if (bars.size < k) return Number.NEGATIVE_INFINITY;
  // As the model adds it up, it may be less by so much.
  const bar = bars.best().scores[k - 1] - most[steps];
  const at = (sum: number) => link(Float64Array.of(sum))[0];
  const score = at(bar);
  let less = Number.EPSILON * Math.abs(bar);
  while (less < Number.POSITIVE_INFINITY && at(bar - less) >= score) less = 2 * less + Number.MIN_VALUE;
  return bar - less;
}

/** The best by whole sums as the model itself adds them up. Who can't be, however the order of the steps rounds, isn't asked for them. */
async function settled(additive: Additive, groups: readonly Group[], k: number): Promise<Scored> {
  const { link, most, steps } = additive;
  const best = new TopK(k);
  const bars = new TopK(k);
  if (most[steps] > 0) for (const group of groups) push(bars, group.rows, group.sums);
  const reach = reachOf(additive, bars, k);
  for (const group of groups) {
    const { rows, sums, adding } = part(group, able(group.sums, most[steps], reach, NOBODY));
    if (rows.length > 0) push(best, rows, link(await adding.whole(sums)));
  }
  return best.best();
}

function push(best: TopK, rows: Int32Array, scores: Float64Array): void {
  for (let i = 0; i < rows.length; i++) best.push(scores[i], rows[i]);
}

const NOBODY = new Int32Array(0);

function upTo(n: number): Int32Array {
  const numbers = new Int32Array(n);
  for (let i = 0; i < n; i++) numbers[i] = i;
  return numbers;
}
