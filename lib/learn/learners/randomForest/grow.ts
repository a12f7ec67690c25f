import type { Random } from '../../../stats/index.js';
import { breathe } from '../../../util/abort.js';
import type { FitContext } from '../learner.js';
import type { CheckedForestOptions } from './options.js';
import type { Package } from './package.js';
import { sampledColumns } from './plan.js';
import { readTrees, type SourceNode } from './source.js';

/** The data that trees are grown on. */
export interface GrowingRows {
  readonly rows: readonly number[][];
  /** The target of a row that is drawn for a tree: its class or its number. */
  readonly answer: (row: number, chance: Random) => number;
}

/**
 * Grows trees to rows drawn with replacement, each by a forest of one tree: ml-random-forest blocks
 * while it trains, so other work, such as an abort, runs after each tree.
 */
export async function growTrees(
  { RandomForestClassifier, RandomForestRegression }: Package,
  { rows, answer }: GrowingRows,
  trees: number,
  { task, columnSample, maxDepth, minRows }: CheckedForestOptions,
  streams: Random,
  { signal, onProgress }: Pick<FitContext, 'signal' | 'onProgress'>,
): Promise<SourceNode[]> {
  const columns = rows[0].length;
  const used = sampledColumns(columns, columnSample);
  const Trainer = task === 'regression' ? RandomForestRegression : RandomForestClassifier;
  const grown: SourceNode[] = [];
  for (let t = 0; t < trees; t++) {
    onProgress?.(t / trees);
    await breathe(signal);
    const chance = streams.fork(`tree ${t}`);
    const trainer = new Trainer({
      nEstimators: 1,
      seed: chance.integer(2 ** 31),
      // A share that rounds down to the number wanted: as a number, 1 would mean all.
      maxFeatures: used < columns ? (used + 0.5) / columns : 1,
      replacement: false,
      useSampleBagging: false,
      noOOB: true,
      treeOptions: { maxDepth, minNumSamples: minRows, gainThreshold: 0 },
    });
    const drawn = Array.from(rows, () => chance.integer(rows.length));
    trainer.train(
      drawn.map((row) => rows[row]),
      drawn.map((row) => answer(row, chance)),
    );
    grown.push(...readTrees(trainer));
  }
  onProgress?.(1);
  return grown;
}
