import type { Model } from '../../lib/learn/learners/index.js';
import type { Run } from '../problem/index.js';
import { modelInputs, type Tracker } from '../scoring/index.js';
import { type CrossFittedModel, type FeatureBlocks, wholeName } from '../training/index.js';
import type { Label } from '../types/index.js';
import { compareFeatures, type Reread } from './features.js';
import { type ComparedModel, compareModel, IF_IT_VARIES } from './models.js';
import type { Stable } from './stability.js';
import { type Untouched, untouchedOf } from './untouched.js';

/**
 * Development rows that were read again in small batches, and the features' values for all of them.
 */
export interface RereadRows extends Pick<Stable, 'names' | 'blocks' | 'rows' | 'reread'> {
  /** Scores of the rows together, of models that read rows: none is scored again. */
  readonly known: Map<Model, Float64Array>;
  readonly origin: Int32Array;
  readonly reread: Reread;
  readonly tracker: Tracker;
}

/** Some development rows, copied before any feature reads them. */
export function untouchedRows<Row, L extends Label, Name extends string>({
  options: { signal },
  problem: { development, random },
}: Run<Row, L, Name>): Promise<Untouched<Row>> {
  return untouchedOf(development.rows, random.fork('reread'), signal);
}

/** Reads some development rows again. @throws UnstableFeature as {@link compareFeatures} */
export async function rereadRows<Row, L extends Label, Name extends string>(
  { options: { features }, problem: { development, random }, tracker }: Run<Row, L, Name>,
  { fitted, blocks, versions, sizeOf }: FeatureBlocks<Row>,
  untouched: Untouched<Row>,
): Promise<RereadRows> {
  const { signal, requests } = tracker();
  const names: readonly string[] = features.names;
  // Features are read alone, and as they go on from their versions.
  const placeOf = (name: string) => names.findIndex((own) => own === name || wholeName(own) === name);
  const isVersion = ({ name }: { readonly name: string }) => placeOf(name) < 0;
  const wholes = versions.measured.filter((each) => !isVersion(each)).map(({ name }) => placeOf(name));
  const held = {
    features: versions.set,
    fitted: [
      ...fitted,
      ...versions.measured.map((each) =>
        isVersion(each) ? each : { ...each, name: names[placeOf(each.name)] },
      ),
    ],
    rows: development.rows,
    blocks: [...blocks, ...versions.blocks, ...wholes.map((f) => blocks[f])],
    sizeOf,
    untouched,
  };
  const reread = await compareFeatures(held, random.fork('reread'), signal, requests);
  const { held: rows = [], origin } = development.rows;
  const known = new Map<Model, Float64Array>();
  return { names: versions.set.names, blocks: held.blocks, rows, origin, reread, known, tracker: tracker() };
}

/**
 * Scores the rows that were read again, alone and together.
 *
 * @param known the model's scores of all development rows, if there are any, and the batch size of
 * each
 * @returns its scores of the rows together
 * @throws UnstableModel as {@link compareModel}
 */
export async function rescoreRows(
  { names, blocks, rows, origin, reread, known: memory, tracker }: RereadRows,
  model: Model,
  reads: readonly string[],
  known: Pick<ComparedModel, 'scores' | 'sizeOf' | 'otherwise' | 'varies'> = {},
): Promise<Float64Array> {
  const read = modelInputs(
    model,
    () => rows,
    () => reads.map((name) => blocks[names.indexOf(name)]),
  );
  const before = memory.get(model);
  if (before !== undefined) return before;
  const scored = { model, blocks: read, origin, ...known };
  const scores = await compareModel(scored, reread, tracker.signal, tracker.requests);
  if (model.readsRows) memory.set(model, scores);
  return scores;
}

/** The same of the full model. @param varies whether it may differ from itself: it isn't asked again here */
export async function rescoreFullModel(
  rows: RereadRows,
  full: CrossFittedModel,
  varies: boolean,
): Promise<Stable> {
  const { model, reads, learner, scores, sizeOf } = full;
  // A learner's final model has no scores yet: those at hand are from models fitted without the
  // rows.
  const known = { sizeOf, varies, ...(learner === undefined && { scores, otherwise: IF_IT_VARIES }) };
  const { names, blocks, reread, known: memory } = rows;
  const scored = await rescoreRows(rows, model, reads, known);
  return { names, blocks, rows: rows.rows, reread, known: memory, full: scored, varies };
}
