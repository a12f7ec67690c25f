import { binomialLower, type Random } from '../../lib/stats/index.js';
import { type Batch, type Draw, drawOf, surestFirst } from './draw.js';

/** Its defaults: the share of the logged rows that selects, the level of each limit, rows at least. */
const SELECTING = 0.7;
const LEVEL = 0.1;
const LEAST = 10;

/**
 * TRACER's gate (arXiv 2604.14531), as its package `tracer-llm` has had it since 0.2.0. On 70 % of the
 * logged rows, thresholds are candidates whose agreement with the model has an exact lower limit of at
 * least the target; each limit is at 90 % by itself, however many thresholds are tried. Of the
 * candidates the lowest is taken whose agreement on the other 30 % reaches the target as a point
 * estimate. Here the logged rows are all that the student hadn't seen, where the package has a fifth,
 * and the student's own confidence ranks them. The package's filter for rows out of distribution is
 * left out, and so is its way with fewer than 40 rows.
 */
export function tracerGate(batch: Batch, draw: Random): Draw {
  const { known, others, allowed } = batch;
  const target = 1 - allowed / others.confidence.length;
  const shuffled = Int32Array.from(known.confidence.keys());
  draw.shuffle(shuffled);
  const cut = Math.round(SELECTING * shuffled.length);
  const selecting = new Set(shuffled.subarray(0, cut));
  const order = surestFirst(known);
  let [threshold, agreeing, accepted, agreeingOthers, acceptedOthers] = [
    Number.POSITIVE_INFINITY,
    0,
    0,
    0,
    0,
  ];
  order.forEach((row, rank) => {
    const agrees = Number(known.loss[row] === 0);
    if (selecting.has(row)) [agreeing, accepted] = [agreeing + agrees, accepted + 1];
    else [agreeingOthers, acceptedOthers] = [agreeingOthers + agrees, acceptedOthers + 1];
    // Rows of equal confidence leave together.
    if (known.confidence[order[rank + 1]] === known.confidence[row]) return;
    if (accepted < LEAST || acceptedOthers < LEAST) return;
    if (binomialLower(agreeing, accepted, LEVEL) < target) return;
    if (agreeingOthers / acceptedOthers >= target) threshold = known.confidence[row];
  });
  return drawOf(batch, (row) => others.confidence[row] >= threshold);
}
