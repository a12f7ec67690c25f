import { CERTIFY_SHARE, type DrawnSplit, FOLDS } from './split/index.js';

/** How much of the search is tried in full: `thorough` tries everything in full. */
export type Effort = 'quick' | 'default' | 'thorough';

export const EFFORTS: readonly Effort[] = ['quick', 'default', 'thorough'];

/** With so many rows to develop on, models of two thirds of them are nearly as good as of all, or of half of them. */
const THREE_FOLDS = 4_000;
const TWO_FOLDS = 10_000;

/**
 * The split with its number of folds, where that is left to the effort: each fold fits the full model
 * once more.
 *
 * @param rows all rows
 */
export function withFolds(
  split: DrawnSplit | undefined,
  effort: Effort,
  rows: number,
  separate: boolean,
): DrawnSplit | undefined {
  if (split?.folds !== undefined || effort === 'thorough') return split;
  const development = separate ? rows : rows * (1 - (split?.certify ?? CERTIFY_SHARE));
  if (development >= TWO_FOLDS) return { ...split, folds: 2 };
  return { ...split, folds: effort === 'quick' || development >= THREE_FOLDS ? 3 : FOLDS };
}
