import { blocksOf, fitFeatures } from '../../cascades/internal.js';
import { gather } from '../../lib/data/blocks/index.js';
import { Rows } from '../../lib/data/rows/index.js';
import type { FeatureSet } from '../../lib/features/define/index.js';
import { type Learner, scoreInto } from '../../lib/learn/learners/index.js';
import { type Random, stratifiedFolds } from '../../lib/stats/index.js';

/** How a student answers rows that it hasn't seen, the surest first. */
export interface StudentSeen {
  /** By rank: 1 where its answer isn't the model's. */
  readonly wrong: Uint8Array;
  /** Rows that it was trained on. */
  readonly trainedOn: number;
}

const FOLDS = 5;

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
  const folds = stratifiedFolds(classes, FOLDS, random.fork('folds'));
  const sure = new Float64Array(given.length);
  const wrong = new Uint8Array(given.length);
  for (let fold = 0; fold < FOLDS; fold++) {
    signal?.throwIfAborted();
    const where = (isHeld: boolean) =>
      Int32Array.from(given.keys()).filter((row) => (folds[row] === fold) === isHeld);
    const [fit, held] = [where(false), where(true)];
    const labels = Int32Array.from(fit, (row) => classes[row]);
    const model = await learner.fit(
      {
        blocks: blocks.map((block) => gather(block, fit)),
        rows: fit.length,
        classes: width,
        labels,
        features: features.names,
      },
      { seed: fold, signal },
    );
    const scores = new Float64Array(held.length * width);
    await scoreInto(
      model,
      blocks.map((block) => gather(block, held)),
      scores,
      { signal },
    );
    held.forEach((row, i) => {
      const own = scores.subarray(i * width, (i + 1) * width);
      const top = Math.max(...own);
      sure[row] = Number.isNaN(top) ? 0 : top;
      wrong[row] = own.indexOf(top) === classes[row] ? 0 : 1;
    });
  }
  const order = Int32Array.from(given.keys()).sort((a, b) => sure[b] - sure[a]);
  return {
    wrong: Uint8Array.from(order, (row) => wrong[row]),
    trainedOn: (given.length * (FOLDS - 1)) / FOLDS,
  };
}
