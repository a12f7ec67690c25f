import type { Rows } from '../../lib/data/rows/index.js';
import { FeatureError } from '../../lib/errors.js';
import {
  type BatchFit,
  type Feature,
  type FeatureSet,
  type FittedFeature,
  RowView,
} from '../../lib/features/define/index.js';
import { type NamedFeature, named, type Patience } from '../../lib/run/runtime/index.js';
import { breathe } from '../../lib/util/abort.js';
import { errorText } from '../../lib/util/errorText.js';
import type { Refits } from './refits.js';
import type { Tracker } from './tracker.js';

/**
 * Fits every feature, by name, on rows that models are fitted on too.
 *
 * Rows are read once for all features that learn batch by batch, and an abort is heard between two batches. Features that
 * can't learn so get all rows at once, which are held until they are fitted.
 *
 * @param refits keeps what features need to be fitted to some of the rows alone
 */
export async function fitFeatures<Row>(
  features: FeatureSet<Row>,
  rows: Rows<Row>,
  tracker: Tracker,
  refits?: Refits<Row>,
): Promise<NamedFeature<Row>[]> {
  const { signal, onProgress, patience, requests } = tracker;
  const learnt = await fitInBatches(features, rows, tracker, refits);
  const all: NamedFeature<Row>[] = [];
  for (const name of features.names) {
    await breathe(signal);
    const fit = learnt.get(name) ?? (() => features.get(name).fit(RowView.of(rows.held ?? [])));
    if (learns(features.get(name))) requests?.feature(name, rows.length);
    const fitted = await fitFeature(name, fit, rows, patience);
    all.push({ name, fitted, ...(patience && { patience }) });
    onProgress?.(OF_BATCHES + ((1 - OF_BATCHES) * all.length) / features.names.length);
  }
  return all;
}

/** Rows that features learn from at a time. */
const LEARNT = 256;
/** The share of a fit that reading the rows takes. */
const OF_BATCHES = 0.9;

type Fit<Row> = () => FittedFeature<Row> | Promise<FittedFeature<Row>>;

/** What is left to do for each feature that has seen its rows. */
async function fitInBatches<Row>(
  features: FeatureSet<Row>,
  rows: Rows<Row>,
  { signal, onProgress }: Tracker,
  refits: Refits<Row> | undefined,
): Promise<ReadonlyMap<string, Fit<Row>>> {
  const fits = new Map<string, Fit<Row>>();
  const learning = features.names.filter((name) => learns(features.get(name)));
  if (learning.length === 0) return fits;
  const inBatches: { readonly name: string; readonly fit: BatchFit<Row> }[] = [];
  const gathered: Row[] = [];
  for (const name of learning) {
    const feature = features.get(name);
    const fit = refits?.begin(name, feature) ?? feature.fitInBatches?.();
    if (fit) inBatches.push({ name, fit });
    fits.set(name, fit ? () => fit.end() : () => feature.fit(RowView.of(rows.held ?? gathered)));
  }
  if (rows.held && inBatches.length === 0) return fits;
  let from = 0;
  for await (const batch of rows.batches(LEARNT, signal)) {
    const view = RowView.of(batch);
    const first = from;
    for (const { name, fit } of inBatches) {
      await breathe(signal);
      try {
        fit.add(view);
      } catch (error) {
        throw unfitted(name, error, (row) => rows.origin[first + row]);
      }
    }
    if (!rows.held && inBatches.length < learning.length) gathered.push(...batch);
    from += batch.length;
    onProgress?.((OF_BATCHES * from) / rows.length);
  }
  return fits;
}

async function fitFeature<Row>(
  name: string,
  fit: Fit<Row>,
  rows: Rows<Row>,
  patience: Patience | undefined,
): Promise<FittedFeature<Row>> {
  const fitted = await fitNamed(name, fit, rows, patience);
  if (fitted.columns > 0) return fitted;
  const { empty = `has ${fitted.columns} columns after it was fitted; expected at least 1` } = fitted;
  throw new FeatureError(name, undefined, empty);
}

async function fitNamed<Row>(
  name: string,
  fit: Fit<Row>,
  rows: Rows<Row>,
  patience: Patience | undefined,
): Promise<FittedFeature<Row>> {
  try {
    const fitting = fit();
    if (!(fitting instanceof Promise) || patience === undefined) return await fitting;
    return await patience.wait(fitting, `what it learns from ${rows.length} rows`);
  } catch (error) {
    throw unfitted(name, error, (row) => rows.origin[row]);
  }
}

/** @param origin of a row that the error names by its position */
function unfitted(name: string, error: unknown, origin: (row: number) => number): Error {
  if (error instanceof FeatureError) return named({ name }, error, origin);
  const message = errorText(error);
  return new FeatureError(name, undefined, `could not be fitted: ${message}`, { cause: error });
}

/** Whether a feature looks at the rows that it is fitted on: see {@link Feature.learns}. */
export function learns({ learns, fit }: Pick<Feature<never>, 'learns' | 'fit'>): boolean {
  return learns ?? fit.length > 0;
}
