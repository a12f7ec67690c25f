import { checkWhole } from '../check.js';
import { type Scored, TopK, topK } from '../select/index.js';
import type { Adding, Additive, Candidates } from './additive.js';
import { type Pruning, promising } from './plan.js';

/** The K best candidates, best first, and what it took to find them. */
export interface PrunedAnswer extends Scored {
  /** Whether they are the K best for certain. */
  readonly sure: boolean;
  /** How many candidates were left to go on with after each cut; all of them where it didn't seem worth while. */
  readonly left: readonly number[];
}

/** The share on which is seen whether cutting pays at all, so that where it doesn't nearly nothing is lost. */
const PROBE = 1 / 8;
const LEAST_PROBE = 64;

/**
 * Ranks candidates without adding up the sums of those who can't be among the K best.
 *
 * At each cut the most promising candidates are finished, and the K-th best of them is what the others must be able to reach: who
 * can't, even if all the steps that are left give the most, is dropped. With sure bounds the
 * answer is that of scoring every candidate, ties and scores bit for bit. Fagin's threshold algorithm (PODS 2001) stops by the
 * same argument.
 *
 * An eighth of the candidates goes first; where too few of them would be dropped, every candidate is scored whole.
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
  const n = candidates.rows;
  const { cuts, most, sure } = pruning;
  const adding = additive.open(candidates);
  const sums = new Float64Array(n).fill(additive.start);
  const probe = Math.ceil(n * PROBE);
  if (cuts.length === 0 || k >= n || probe < LEAST_PROBE) {
    return whole(additive, await adding.finish(undefined, sums, 0), k, []);
  }

  const rows = Int32Array.from({ length: n }, (_, row) => row);
  const query = { additive, adding, pruning };
  const front = { rows: rows.subarray(0, probe), sums: sums.subarray(0, probe) };
  const back = { rows: rows.subarray(probe), sums: sums.subarray(probe) };
  await adding.advance(front.rows, front.sums, 0, cuts[0]);
  if (!(await pays(query, front, Math.max(1, Math.round((k * probe) / n))))) {
    front.sums.set(await adding.finish(front.rows, front.sums, cuts[0]));
    back.sums.set(await adding.finish(back.rows, back.sums, 0));
    return whole(additive, sums, k, [n]);
  }
  await adding.advance(back.rows, back.sums, 0, cuts[0]);

  const best = new TopK(k);
  const bars = new TopK(k);
  const left: number[] = [];
  let alive: Summed = { rows, sums };
  let at = cuts[0];
  for (const [c, cut] of cuts.entries()) {
    if (cut > at) await adding.advance(alive.rows, alive.sums, at, cut);
    at = cut;
    const finished = await finishBest(query, alive, cut, k);
    for (let i = 0; i < finished.rows.length; i++) bars.push(finished.sums[i], finished.rows[i]);
    push(best, finished, additive);
    alive = drop(alive, most[c], reachOf(additive, bars, k), finished.rows);
    left.push(alive.rows.length);
    if (alive.rows.length === 0) break;
  }
  if (alive.rows.length > 0) {
    push(best, { rows: alive.rows, sums: await adding.finish(alive.rows, alive.sums, at) }, additive);
  }
  return { ...best.best(), sure, left };
}

interface Query {
  readonly additive: Additive;
  readonly adding: Adding;
  readonly pruning: Pruning;
}

/** Some candidates, ascending, and their sums, so far or whole. */
interface Summed {
  readonly rows: Int32Array;
  readonly sums: Float64Array;
}

/** Whether, by some of the candidates, going on from the first cut is cheaper than scoring the others whole. */
async function pays(query: Query, some: Summed, k: number): Promise<boolean> {
  const { additive, pruning } = query;
  const { cost, steps } = additive;
  const { cuts, most, rest } = pruning;
  const finished = await finishBest(query, some, cuts[0], k);
  const bars = new TopK(k);
  for (let i = 0; i < finished.rows.length; i++) bars.push(finished.sums[i], finished.rows[i]);
  const kept = drop(some, most[0], reachOf(additive, bars, k), finished.rows).rows.length;
  return cost[cuts[0]] + (kept / some.rows.length) * rest < cost[steps];
}

/** Finishes the most promising of some candidates. */
async function finishBest({ adding }: Query, { rows, sums }: Summed, at: number, k: number): Promise<Summed> {
  const places = topK(sums, promising(k, rows.length)).sort();
  const chosen = places.map((place) => rows[place]);
  const begun = Float64Array.from(places, (place) => sums[place]);
  return { rows: chosen, sums: await adding.finish(chosen, begun, at) };
}

/**
 * What a sum must reach so that its score may be as good as that of the K-th best: somewhat less than that, for different sums may have
 * the same score, and then the index decides.
 */
function reachOf({ link }: Additive, bars: TopK, k: number): number {
  if (bars.size < k) return Number.NEGATIVE_INFINITY;
  const bar = bars.best().scores[k - 1];
  const at = (sum: number) => link(Float64Array.of(sum))[0];
  const score = at(bar);
  let less = Number.EPSILON * Math.abs(bar);
  while (less < Number.POSITIVE_INFINITY && at(bar - less) >= score) less = 2 * less + Number.MIN_VALUE;
  return bar - less;
}

const NOBODY = new Int32Array(0);

/** Without those whose sums can't get there, and without some others, ascending. NaN stays, to be refused. */
function drop({ rows, sums }: Summed, most: number, reach: number, others: Int32Array = NOBODY): Summed {
  const places = new Int32Array(rows.length);
  let count = 0;
  let other = 0;
  for (let place = 0; place < rows.length; place++) {
    if (other < others.length && rows[place] === others[other]) other++;
    else if (!(sums[place] + most < reach)) places[count++] = place;
  }
  const left: Summed = { rows: new Int32Array(count), sums: new Float64Array(count) };
  for (let i = 0; i < count; i++) {
    left.rows[i] = rows[places[i]];
    left.sums[i] = sums[places[i]];
  }
  return left;
}

function push(best: TopK, { rows, sums }: Summed, { link }: Additive): void {
  const scores = link(sums);
  for (let i = 0; i < rows.length; i++) best.push(scores[i], rows[i]);
}

/** Every candidate has been scored whole. */
function whole({ link }: Additive, sums: Float64Array, k: number, left: readonly number[]): PrunedAnswer {
  const best = new TopK(Math.max(1, Math.min(k, sums.length)));
  best.pushAll(link(sums), 0);
  return { ...best.best(), sure: true, left };
}
