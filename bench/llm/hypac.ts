import type { StageEvidence } from '../../cascades/chain/index.js';
import { binomialUpper, type Random, sample } from '../../lib/stats/index.js';
import { type Batch, type Draw, drawOf } from './draw.js';

/** A share of the rows is asked about to set the thresholds. */
const SAMPLE = 0.1;
/** Values of the first threshold, and of the second. */
const FIRST = 8;
const SECOND = 40;

/**
 * HyPAC's two thresholds over three sources (arXiv 2602.02550): a row leaves with the cheapest source's answer above the
 * first, with the next one's above the second, and is asked about else. The sources are the words alone, words and
 * characters, and the model. For each value of the first threshold the second one falls until an upper limit of the
 * loss passes epsilon on a random sample; the limit is exact, at a share of delta for each value of the first.
 *
 * @param cheap the words' answers to the same rows
 */
export function hypac(batch: Batch, cheap: StageEvidence, draw: Random): Draw {
  const { others, truth, allowed, delta } = batch;
  const rows = truth.length;
  const epsilon = allowed / rows;
  const asked = new Uint8Array(rows);
  const drawn = sample(rows, Math.round(SAMPLE * rows), draw);
  for (const row of drawn) asked[row] = 1;
  const firsts = [Number.POSITIVE_INFINITY, ...quantiles(cheap.confidence, FIRST).slice(0, FIRST / 2)];
  const seconds = quantiles(others.confidence, SECOND);
  let best = { first: Number.POSITIVE_INFINITY, second: Number.POSITIVE_INFINITY, leaving: 0 };
  for (const first of firsts) {
    for (const second of seconds) {
      const wrong = drawn.reduce((sum, row) => sum + lostAt(row, first, second, cheap, batch), 0);
      if (binomialUpper(wrong, drawn.length, delta / firsts.length) > epsilon) break;
      let leaving = 0;
      for (let row = 0; row < rows; row++) {
        if (cheap.confidence[row] >= first || others.confidence[row] >= second) leaving++;
      }
      if (leaving > best.leaving) best = { first, second, leaving };
    }
  }
  const { first, second } = best;
  const answers = others.answers.map((answer, row) =>
    cheap.confidence[row] >= first ? cheap.answers[row] : answer,
  );
  return drawOf(
    { truth, others: { ...others, answers } },
    (row) => cheap.confidence[row] >= first || others.confidence[row] >= second,
    asked,
  );
}

function lostAt(
  row: number,
  first: number,
  second: number,
  cheap: StageEvidence,
  { others, truth }: Batch,
): number {
  if (cheap.confidence[row] >= first) return Number(cheap.answers[row] !== truth[row]);
  return others.confidence[row] >= second ? Number(others.answers[row] !== truth[row]) : 0;
}

/** So many values of equal steps in rank, falling. */
function quantiles(values: Float64Array, count: number): number[] {
  const sorted = values.slice().sort().reverse();
  return Array.from({ length: count }, (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / count) - 1]);
}
