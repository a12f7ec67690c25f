import { FeatureError } from '../../lib/errors.js';
import { type Feature, type FeatureSet, type FittedFeature, RowView } from '../../lib/features/index.js';
import { type NamedFeature, named, type Patience } from '../../lib/runtime/index.js';
import type { Rows, Tracker } from './tracker.js';

/** Fits every feature, by name, on rows that models are fitted on too. */
export async function fitFeatures<Row>(
  features: FeatureSet<Row>,
  rows: Rows<Row>,
  { signal, onProgress, patience, requests }: Tracker,
): Promise<NamedFeature<Row>[]> {
  const all: NamedFeature<Row>[] = [];
  for (const name of features.names) {
    signal?.throwIfAborted();
    if (learns(features.get(name))) requests?.feature(name, rows.rows.length);
    const fitted = await fitFeature(name, features, rows, patience);
    all.push({ name, fitted, ...(patience && { patience }) });
    onProgress?.(all.length / features.names.length);
  }
  return all;
}

async function fitFeature<Row>(
  name: string,
  features: FeatureSet<Row>,
  rows: Rows<Row>,
  patience: Patience | undefined,
): Promise<FittedFeature<Row>> {
  const fitted = await fitNamed(name, features, rows, patience);
  if (fitted.columns > 0) return fitted;
  const { empty = `has ${fitted.columns} columns after it was fitted; expected at least 1` } = fitted;
  throw new FeatureError(name, undefined, empty);
}

async function fitNamed<Row>(
  name: string,
  features: FeatureSet<Row>,
  { rows, origin }: Rows<Row>,
  patience: Patience | undefined,
): Promise<FittedFeature<Row>> {
  try {
    const fitting = features.get(name).fit(RowView.of(rows));
    if (!(fitting instanceof Promise) || patience === undefined) return await fitting;
    return await patience.wait(fitting, `what it learns from ${rows.length} rows`);
  } catch (error) {
    if (error instanceof FeatureError) throw named({ name }, error, (row) => origin[row]);
    const message = error instanceof Error ? error.message : String(error);
    throw new FeatureError(name, undefined, `could not be fitted: ${message}`, { cause: error });
  }
}

/** Whether a feature looks at the rows that it is fitted on: see {@link Feature.learns}. */
export function learns({ learns, fit }: Pick<Feature<never>, 'learns' | 'fit'>): boolean {
  return learns ?? fit.length > 0;
}
