import { type Block, denseBlock, gather, isRowBlock, rowBlock } from '../../lib/data/blocks/index.js';
import type { FittedFeature } from '../../lib/features/define/index.js';
import type { Model } from '../../lib/learn/learners/index.js';
import { type Engine, PointEngine, runAsync, serveRows } from '../../lib/run/runtime/index.js';
import type { Reread } from './features.js';

/** The parts that serve, except features, which become positions among the blocks. */
export type ServedStages = Pick<Engine<never>, 'stages' | 'full' | 'classes' | 'decision'>;

/**
 * The number of rows whose answer differs between serving them alone, by the engine for single rows
 * and from values that were read alone, and in a large batch. No feature is computed again, and the
 * full model scores only the rows that reach it alone.
 *
 * @param all blocks, one a feature, over all rows; the rows, for models that read these; and what these scored in the
 *   large batch
 * @param full the full model's scores of the large batch; where it may differ from itself, rows that reach it alone
 *   keep them
 */
export async function changedAlone(
  served: ServedStages,
  all: {
    readonly blocks: readonly Block[];
    readonly rows: readonly unknown[];
    readonly known: ReadonlyMap<Model, Float64Array>;
  },
  { large, alone, blocks: reread }: Reread,
  { scores: full, varies }: { readonly scores: Float64Array; readonly varies: boolean },
  signal: AbortSignal | undefined,
): Promise<number> {
  const options = { onFault: 'throw', signal } as const;
  const positions = Array.from(large.keys());
  const own = withRows(served, (position) => all.rows[large[position]], all.known);
  const remembered = withKnown(served, all.known);
  const inBatch = await runAsync(
    serveRows(
      knownFull(
        remembered,
        all.blocks.map((block) => held(gather(block, large))),
        full,
      ),
      positions,
      options,
    ),
  );
  const values = reread.map(held);
  const single = new PointEngine(varies ? knownFull(own, values, full) : engine(own, values));
  let changed = 0;
  for (let row = 0; row < alone; row++) {
    signal?.throwIfAborted();
    const { answer } = await single.run(row, options);
    changed += Number(answer !== inBatch.answers[row]);
  }
  return changed;
}

/** Models of rows whose scores are known: rows are positions among them. */
function withKnown(served: ServedStages, known: ReadonlyMap<Model, Float64Array>): ServedStages {
  const stages = served.stages.map((stage) => {
    const scores = known.get(stage.model);
    return scores === undefined ? stage : { ...stage, model: lookup(stage.model, scores) };
  });
  return { ...served, stages };
}

/** A model whose scores are known, of rows that are positions. */
function lookup({ name, classes, readsRows }: Model, scores: Float64Array): Model {
  return {
    name,
    classes,
    readsRows,
    score([block], out) {
      const positions = isRowBlock(block) ? block.held.map(Number) : block.values;
      for (let i = 0; i < block.rows; i++) {
        const from = positions[i] * classes;
        out.set(scores.subarray(from, from + classes), i * classes);
      }
    },
  };
}

/**
 * Rows are positions here; models that read rows get those that they stand for. One that may differ from itself keeps to
 * the scores that are known of it.
 */
function withRows(
  served: ServedStages,
  rowAt: (position: number) => unknown,
  known: ReadonlyMap<Model, Float64Array>,
): ServedStages {
  const reading = (model: Model): Model => {
    if (!model.readsRows) return model;
    const scores = model.varies ? known.get(model) : undefined;
    if (scores !== undefined) return lookup(model, scores);
    const rowsOf = (block: Block) => (isRowBlock(block) ? block.held.map(Number) : []).map(rowAt);
    // What is compared was told before, and by these rows it can't be told.
    const { readAhead, ...own } = model;
    return {
      ...own,
      score: (blocks, out, context) =>
        model.score(
          blocks.map((block) => rowBlock(rowsOf(block))),
          out,
          context,
        ),
    };
  };
  return {
    ...served,
    stages: served.stages.map((stage) => ({ ...stage, model: reading(stage.model) })),
    full: { ...served.full, model: reading(served.full.model) },
  };
}

function engine(served: ServedStages, features: readonly FittedFeature<number>[]): Engine<number> {
  return { ...served, features: features.map((fitted, f) => ({ name: String(f), fitted })) };
}

/** An engine whose full model has answered already. A feature of positions identifies the rows. */
function knownFull(
  served: ServedStages,
  features: readonly FittedFeature<number>[],
  scores: Float64Array,
): Engine<number> {
  const position: FittedFeature<number> = {
    columns: 1,
    compute: (view) => denseBlock(view.length, 1, Float32Array.from(view.rows())),
    state: { json: null, tensors: {} },
  };
  const model = lookup({ ...served.full.model, readsRows: false }, scores);
  return engine({ ...served, full: { model, reads: [features.length] } }, [...features, position]);
}

/** A feature with precomputed values; its rows are positions. */
function held(block: Block): FittedFeature<number> {
  return {
    columns: block.columns,
    compute: (view) => gather(block, view.rows()),
    state: { json: null, tensors: {} },
  };
}
