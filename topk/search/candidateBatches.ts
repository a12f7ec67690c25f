import { median } from 'simple-statistics';
import type { MeasuredRows } from '../../cascades/internal.js';
import { type Batches, mostMeasured, mostTimed, SERVED_SIZES } from '../../lib/costs/index.js';
import type { QuerySet } from '../problem/index.js';

/** Candidates that features are measured on at once, at most. */
const MOST = 256;
/** Fewer rows don't show the costs of a batch. */
const LEAST = 16;
const PARTS = [8, 4, 2, 1];
/** Its multiples fill the unit interval evenly. */
const GOLDEN = 0.618;

/**
 * Candidates to measure features on: spread over one query's, another one's each time, from a few
 * of them to all. With lookups, candidates of one query may cost less together than rows from
 * anywhere.
 *
 * @param most candidates a batch
 * @returns undefined if queries have too few
 */
export function candidateBatches<Row>(
  { rows, queries }: QuerySet<Row>,
  most = MOST,
): Batches<Row> | undefined {
  if (queries.length === 0) return undefined;
  const whole = Math.min(most, Math.ceil(median(queries.map(({ candidates }) => candidates.length))));
  if (whole < LEAST) return undefined;
  const sizes = sizesUpTo(whole);
  const large = queries.filter(({ candidates }) => candidates.length >= whole);
  return {
    sizes,
    take(size, round) {
      const { candidates } = large[(round + sizes.indexOf(size)) % large.length];
      const step = candidates.length / size;
      const shift = (GOLDEN * round) % 1;
      return Array.from({ length: size }, (_, i) => rows[candidates[Math.trunc((i + shift) * step)]]);
    },
  };
}

function sizesUpTo(whole: number): readonly number[] {
  return PARTS.map((part) => Math.ceil(whole / part));
}

/**
 * The most rows that measuring on candidates requests, without those of `measureSurvivors`. @param
 * served as `most`, for batches as they are served
 */
export function mostOnCandidates(served: number): MeasuredRows {
  // Too small queries leave it to measurements on consecutive rows.
  return {
    small: Math.max(mostMeasured(), mostMeasured(sizesUpTo(MOST))),
    served: Math.max(mostTimed(SERVED_SIZES), mostTimed(sizesUpTo(served))),
  };
}
