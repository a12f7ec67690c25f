import type { Block } from '../../lib/data/blocks/index.js';
import {
  type Feature,
  type FittedFeature,
  RowView,
  type TfidfOptions,
  tfidf,
} from '../../lib/features/define/index.js';

export async function fitOn<Row>(feature: Feature<Row>, rows: readonly Row[]): Promise<FittedFeature<Row>> {
  return await feature.fit(RowView.of(rows));
}

/** The block of a fitted feature over rows, all in one batch. */
export async function computeOn<Row>(fitted: FittedFeature<Row>, rows: readonly Row[]): Promise<Block> {
  return await fitted.compute(RowView.of(rows));
}

/** A feature fitted on rows and computed for the same. */
export async function fitAndCompute<Row>(feature: Feature<Row>, rows: readonly Row[]): Promise<Block> {
  return computeOn(await fitOn(feature, rows), rows);
}

export const textTfidf = (options?: TfidfOptions) => tfidf((text: string) => text, options);
