import { type Block, entries, Occupied, slice, stack } from '../../lib/blocks/index.js';
import { FeatureError, ModelError, UnstableFeature } from '../../lib/errors.js';
import { type Decision, decideAll, type ExitRule } from '../../lib/exits/index.js';
import { type FeatureSet, type FittedFeature, RowView } from '../../lib/features/index.js';
import type { Model, ScoreContext } from '../../lib/learners/index.js';
import {
  computeAll,
  Interrupt,
  type NamedFeature,
  named,
  type Patience,
  runAsync,
  systemTimer,
} from '../../lib/runtime/index.js';
import type { StageEvidence } from '../chain/index.js';
import { learns, type Rows } from '../problem/index.js';

/** Rows computed at a time: bounds the memory that wide features take. */
export const BATCH = 1024;

export interface Tracker {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((share: number) => void) | undefined;
  /** Told of everything that is asked for, where prices are counted. */
  readonly requests?: Requests | undefined;
  /** How long promises of features are waited for. */
  readonly patience?: Patience | undefined;
}

/** A model, with the price that it has where it was trained elsewhere. */
export type PricedModel = Model & { readonly price?: number | undefined };

/** Told how many rows something is about to be asked for. Throws where no more may be spent. */
export interface Requests {
  readonly feature: (name: string, rows: number) => void;
  readonly model: (model: PricedModel, rows: number) => void;
}

/** What a model may heed while it scores. */
export function scoring(model: Model, { signal, requests }: Tracker): ScoreContext {
  return { signal, onRetry: requests && ((rows) => requests.model(model, rows)) };
}

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

/** Each feature's block over all rows. */
export async function blocksOf<Row>(
  features: readonly NamedFeature<Row>[],
  rows: Rows<Row>,
  tracker: Tracker,
): Promise<Block[]> {
  const parts: Block[][] = features.map(() => []);
  await eachBatch(features, rows, tracker, (blocks) => {
    blocks.forEach((block, f) => {
      parts[f].push(block);
    });
  });
  return parts.map(stack);
}

/** A model and the positions of the features whose blocks it reads. */
export interface Reader {
  readonly model: Model;
  readonly reads: readonly number[];
}

/** The scores, rows x classes, of several models over rows whose features are computed once and then forgotten. */
export async function scoresOf<Row>(
  features: readonly NamedFeature<Row>[],
  readers: readonly Reader[],
  rows: Rows<Row>,
  tracker: Tracker,
  /** Shown every batch's blocks, and where it begins. */
  look?: (blocks: readonly Block[], from: number) => void,
): Promise<Float64Array[]> {
  const all = readers.map(({ model }) => new Float64Array(rows.rows.length * model.classes));
  await eachBatch(features, rows, tracker, async (blocks, from, count) => {
    look?.(blocks, from);
    for (let m = 0; m < readers.length; m++) {
      const { model, reads } = readers[m];
      const out = all[m].subarray(from * model.classes, (from + count) * model.classes);
      tracker.requests?.model(model, count);
      await model.score(
        reads.map((f) => blocks[f]),
        out,
        scoring(model, tracker),
      );
    }
  });
  return all;
}

/** The scores, rows x classes, of a model over blocks that are there. */
export async function scoresOverBlocks(
  model: Model,
  blocks: readonly Block[],
  tracker: Tracker,
): Promise<Float64Array> {
  const { signal, onProgress, requests } = tracker;
  const [{ rows }] = blocks;
  const scores = new Float64Array(rows * model.classes);
  for (let from = 0; from < rows; from += BATCH) {
    signal?.throwIfAborted();
    const to = Math.min(from + BATCH, rows);
    const out = scores.subarray(from * model.classes, to * model.classes);
    requests?.model(model, to - from);
    await model.score(
      blocks.map((block) => slice(block, from, to)),
      out,
      scoring(model, tracker),
    );
    onProgress?.(to / rows);
  }
  return scores;
}

/**
 * Computes all features batch by batch, and forgets them.
 *
 * @throws UnstableFeature where two blocks lie in the same memory
 */
export async function eachBatch<Row>(
  features: readonly NamedFeature<Row>[],
  { rows, origin }: Rows<Row>,
  { signal, onProgress, requests }: Tracker,
  use: (blocks: Block[], from: number, count: number) => void | Promise<void>,
): Promise<void> {
  const interrupt = signal && new Interrupt(systemTimer, undefined, signal);
  const occupied = new Occupied<{ readonly name: string; readonly from: number }>();
  try {
    for (let from = 0; from < rows.length; from += BATCH) {
      signal?.throwIfAborted();
      const batch = rows.slice(from, from + BATCH);
      const onRequest = requests?.feature;
      const computing = { origin: (row: number) => origin[from + row], interrupt, onRequest };
      const blocks = await runAsync(computeAll(features, RowView.of(batch), computing));
      blocks.forEach((block, f) => {
        const { name } = features[f];
        const other = occupied.take(block, { name, from });
        if (other === undefined) return;
        const whose = other.name === name ? 'for another batch' : `as feature '${other.name}'`;
        throw new UnstableFeature(
          name,
          undefined,
          `returned the same memory ${whose}: one overwrites the other's numbers. Return a new array for each batch`,
        );
      });
      await use(blocks, from, batch.length);
      onProgress?.(Math.min(1, (from + BATCH) / rows.length));
      // Lets timers run, and with them an abort.
      await new Promise((resolve) => setTimeout(resolve));
    }
  } finally {
    interrupt?.close();
  }
}

/** The full model's answers to the rows at `origin` of those that the user gave; they must be answers. */
export function fullAnswers(
  name: string,
  decision: Decision,
  scores: Float64Array,
  width: number,
  origin: Int32Array,
): Float64Array {
  const answers = decideAll(decision, scores, width);
  const row = answers.findIndex(Number.isNaN);
  if (row < 0) return answers;
  const expected = decision.kind === 'value' ? 'a finite number' : 'class probabilities';
  throw new ModelError(name, `gave NaN for row ${origin[row]}; expected ${expected}`);
}

/**
 * What a stage would answer each row, how surely, and what that would lose; all, where it has no answer.
 *
 * @param scores rows x width; calibrated in place
 */
export function stageEvidence(
  lost: (answer: number, row: number) => number,
  rule: ExitRule,
  scores: Float64Array,
  width: number,
): StageEvidence {
  const answers = new Float64Array(scores.length / width);
  const confidence = new Float64Array(answers.length);
  rule.decide(scores, width, answers, confidence);
  const loss = answers.map((answer, row) => (Number.isNaN(answer) ? 1 : lost(answer, row)));
  return { answers, confidence, loss };
}

/** Numbers a row that a model reads of a block. */
export function entriesPerRow(block: Block): number {
  return entries(block) / Math.max(1, block.rows);
}
