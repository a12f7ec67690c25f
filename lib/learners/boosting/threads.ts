import { availableParallelism } from 'node:os';
import type { TrainingSet } from '../learner.js';
import type { BoostingLoss } from './losses/index.js';
import type { CheckedOptions } from './options.js';

/**
 * Dense numbers that all trees read, from which on threads gain: 100 trees of 50,000 x 20 are too few, 100 of 200,000 x 20 are
 * enough (decision 22).
 */
const WORTH = 2 ** 28;

/** How many threads a fit gets. Only dense columns are shared out. */
export function threadsFor(
  { blocks, rows }: TrainingSet,
  { outputs }: BoostingLoss,
  { threads, rounds, rowSample, columnSample }: CheckedOptions,
): number {
  if (threads !== 'auto') return threads;
  const columns = blocks.reduce((sum, block) => sum + (block.kind === 'dense' ? block.columns : 0), 0);
  const read = rounds * outputs * rows * rowSample * columns * columnSample;
  return read < WORTH ? 1 : availableParallelism();
}
