import { type Block, gather } from '../lib/data/blocks/index.js';
import { type Model, scoreInto } from '../lib/learn/learners/index.js';
import { type Random, stratifiedFolds } from '../lib/stats/index.js';

export const TURNS = 5;

/** Rows that are held out in turn. */
export interface TaughtInTurns {
  readonly blocks: readonly Block[];
  /** By row. */
  readonly classes: Int32Array;
  /** Classes of the model. */
  readonly width: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Scores of rows, each by a model that hadn't seen it: one is fitted to four fifths of them and scores the others, five
 * times over.
 *
 * @param fit fits a model to rows by their positions
 * @returns rows x width
 */
export async function unseenScores(
  { blocks, classes, width, signal }: TaughtInTurns,
  fit: (rows: Int32Array, fold: number) => Model | PromiseLike<Model>,
  random: Random,
): Promise<Float64Array> {
  const folds = stratifiedFolds(classes, TURNS, random.fork('folds'));
  const all = Int32Array.from(classes.keys());
  const scores = new Float64Array(classes.length * width);
  for (let fold = 0; fold < TURNS; fold++) {
    signal?.throwIfAborted();
    const own = all.filter((row) => folds[row] === fold);
    const others = all.filter((row) => folds[row] !== fold);
    const model = await fit(others, fold);
    const out = new Float64Array(own.length * width);
    const read = blocks.map((block) => gather(block, own));
    await scoreInto(model, read, out, { signal });
    own.forEach((row, i) => {
      scores.set(out.subarray(i * width, (i + 1) * width), row * width);
    });
  }
  return scores;
}
