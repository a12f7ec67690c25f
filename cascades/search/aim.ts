import type { Candidate } from '../chain/index.js';
import { lossOfDiffering, type PairAllowance } from '../losses/index.js';
import { PROBED } from '../scoring/index.js';
import type { AskedOnce, Judging } from '../training/index.js';

/** A row on which a stage differs from the full model's first answer. */
interface Differing {
  readonly answer: number;
  readonly first: number;
  readonly second: number;
}

/**
 * How far a path may be expected to go where the full model differs from itself: of the rows on which stages differ from
 * it, many are its own flips. It is asked again about the rows on which the best stage differs, the surest first. Where
 * these have lost as much as the bound allows, so many rows may differ; chains are then compared there.
 *
 * @param candidates with what they answered the judging rows
 */
export async function aimed(
  judging: Judging<'selection'>,
  candidates: readonly Candidate[],
  ask: AskedOnce,
): Promise<Judging<'selection'>> {
  const { loss, scored, full } = judging;
  const best = leastLosing(candidates);
  if (best === undefined) return judging;
  const { answers } = best.evidence;
  const first = full.judged.full;
  const differing = Array.from(answers.keys())
    .filter((row) => !Number.isNaN(answers[row]) && answers[row] !== first[row])
    .sort((a, b) => best.smoothed.loss[a] - best.smoothed.loss[b]);
  const asked = Int32Array.from(differing.slice(0, PROBED));
  if (asked.length === 0) return judging;
  const second = await ask(asked.map((row) => scored[row]));
  const known = Array.from(asked, (row, i) => ({
    answer: answers[row],
    first: first[row],
    second: second[i],
  }));
  const factors = loss.pairs.map((pair) => {
    const before = pair.allowance + pair.credit;
    const now = mayDiffer(pair, known, differing.length, first.length);
    return before > 0 ? now / before : 1;
  });
  // What other losses allow doesn't grow with it.
  const factor = Math.min(...factors, ...(loss.isAlone ? [] : [1]));
  return { ...judging, loss: { ...loss, target: factor * loss.target } };
}

/** By how much more than is lost rows to tune on may differ; 0 where other losses decide as well. */
export function creditOf({ loss: { target, pairs, isAlone } }: Judging): number {
  const [pair] = pairs;
  return pair === undefined || !isAlone ? 0 : Math.max(0, target - Math.max(0, pair.allowance));
}

function leastLosing(candidates: readonly Candidate[]): Candidate | undefined {
  const sums = candidates.map(({ target, evidence }) =>
    target === 'full' ? Number.POSITIVE_INFINITY : evidence.loss.reduce((sum, loss) => sum + loss, 0),
  );
  const least = Math.min(...sums);
  return Number.isFinite(least) ? candidates[sums.indexOf(least)] : undefined;
}

/**
 * The share of rows that may differ from the first answer, so that no more is lost than is allowed.
 *
 * @param known the surest of the rows that differ, in order
 * @param differing how many differ in all, of so many rows
 */
function mayDiffer(
  { loss, allowance }: PairAllowance,
  known: readonly Differing[],
  differing: number,
  rows: number,
): number {
  const losses = known.map(({ answer, first, second }) => lossOfDiffering(loss, answer, first, second));
  const allowed = allowance * rows;
  let sum = 0;
  let furthest = 0;
  losses.forEach((lost, i) => {
    sum += lost;
    if (sum <= allowed) furthest = i + 1;
  });
  if (furthest < known.length || known.length === differing) return furthest / rows;
  // Beyond those that were asked, rows lose as the last half of these does.
  const last = losses.slice(Math.floor(losses.length / 2));
  const rate = last.reduce((total, lost) => total + lost, 0) / last.length;
  const further = rate > 0 ? (allowed - sum) / rate : Number.POSITIVE_INFINITY;
  return Math.min(differing, known.length + further) / rows;
}
