import { blocksOf, fitFeatures } from '../../cascades/internal.js';
import { gather } from '../../lib/data/blocks/index.js';
import { Rows } from '../../lib/data/rows/index.js';
import type { FeatureSet } from '../../lib/features/define/index.js';
import type { Learner } from '../../lib/learn/learners/index.js';
import type { Random } from '../../lib/stats/index.js';
import { TURNS, unseenScores } from '../unseenScores.js';

/** How a student answers rows that it hasn't seen, the surest first. */
export interface StudentSeen {
  /** By rank: 1 where its answer isn't the model's. */
  readonly wrong: Uint8Array;
  /** Rows that it was trained on. */
  readonly trainedOn: number;
}

/**
 * What a student knows after a few rows: it is fitted to four fifths of them and answers the others, five times over, so
 * that each row is answered by one that hasn't seen it. It is the learner alone, without a search: what `tune` finds is
 * at least as good.
 *
 * @param classes of the model's answers to the rows
 */
export async function studentOn<Row>(
  features: FeatureSet<Row>,
  learner: Learner,
  given: readonly Row[],
  classes: Int32Array,
  width: number,
  random: Random,
  signal: AbortSignal | undefined,
): Promise<StudentSeen> {
  const rows = Rows.of(given);
  const fitted = await fitFeatures(features, rows, { signal });
  const blocks = await blocksOf(fitted, rows, { signal });
  const scores = await unseenScores(
    { blocks, classes, width, signal },
    (some, fold) =>
      learner.fit(
        {
          blocks: blocks.map((block) => gather(block, some)),
          rows: some.length,
          classes: width,
          labels: some.map((row) => classes[row]),
          features: features.names,
        },
        { seed: fold, signal },
      ),
    random,
  );
  const sure = new Float64Array(given.length);
  const wrong = new Uint8Array(given.length);
  for (let row = 0; row < given.length; row++) {
    const own = scores.subarray(row * width, (row + 1) * width);
    const top = Math.max(...own);
    sure[row] = Number.isNaN(top) ? 0 : top;
    wrong[row] = own.indexOf(top) === classes[row] ? 0 : 1;
  }
  const order = Int32Array.from(given.keys()).sort((a, b) => sure[b] - sure[a]);
  return {
    wrong: Uint8Array.from(order, (row) => wrong[row]),
    trainedOn: (given.length * (TURNS - 1)) / TURNS,
  };
}
