import { type Block, denseBlock, gather, type Scaling } from '../../data/blocks/index.js';
import { FeatureError, SpillwayError } from '../../errors.js';
import { errorText } from '../../util/errorText.js';
import type { FittedFeature, RowView } from '../define/index.js';
import type { EncoderCalls } from './calls.js';
import type { Encoder } from './encoder.js';

/** The item of each row of a view, or why it has none. */
export type ReadItems<in Row, out Item> = (view: RowView<Row>) => readonly (Item | FeatureError)[];

/** How items become vectors, and these a block. */
export interface Embedding {
  readonly calls: EncoderCalls;
  readonly dimensions: number;
  readonly scaling: Scaling;
}

/**
 * An encoder as a fitted feature.
 *
 * @param ready opens the encoder, where that takes time
 */
export function fittedEmbedding<Row, Item>(
  read: ReadItems<Row, Item>,
  encoder: Encoder<Item>,
  { calls, dimensions, scaling }: Embedding,
  ready?: () => Promise<unknown>,
): FittedFeature<Row> {
  const made = () => denseBlock(1, dimensions, new Float32Array(dimensions), scaling);
  return {
    columns: dimensions,
    compute(view, context = {}) {
      const { signal, onRequest, missing } = context;
      const { items, of, faults } = distinctItems(read(view), encoder);
      const lost = (row: number, error: Error) => {
        if (missing === undefined) throw error instanceof FeatureError ? error.of('', view.at(row)) : error;
        missing(row, error);
      };
      for (const [row, error] of faults) lost(row, error);
      const failed = (some: ArrayLike<number>, error: Error) => {
        // A failure of many texts is no row's.
        if (missing === undefined && some.length > 1) throw error;
        const failing = new Set(Array.from(some));
        for (let row = 0; row < of.length; row++) if (failing.has(of[row])) lost(row, error);
      };
      const vectorsOf = () =>
        calls.vectorsOf(encoder.prepare(items, view.batch), { signal, onRequest, failed });
      const unopened = (error: unknown) => {
        failed(
          items.map((_, i) => i),
          unopenedError(error),
        );
        return new Float32Array((items.length + 1) * dimensions);
      };
      const block = (table: Float32Array): Block =>
        gather(denseBlock(items.length + 1, dimensions, table, scaling), of);
      // Opening isn't the time of a batch.
      const vectors = ready === undefined ? vectorsOf() : ready().then(vectorsOf, unopened);
      return vectors instanceof Promise ? vectors.then(block) : block(vectors);
    },
    counts: () => ({ roundTrips: calls.counts.calls, keys: calls.counts.texts }),
    warm: () => ready?.().then(made) ?? made(),
    state: { json: { columns: dimensions }, tensors: {} },
    reportsRequests: true,
  };
}

function unopenedError(error: unknown): Error {
  if (error instanceof SpillwayError) return error;
  const message = errorText(error);
  return new FeatureError('', undefined, `the encoder's first layers couldn't be opened: ${message}`, {
    cause: error,
  });
}

interface Distinct<Item> {
  /** Each once. */
  readonly items: readonly Item[];
  /** For each row the position of its item; after the last for a row without one. */
  readonly of: Int32Array;
  /** Rows without an item. */
  readonly faults: readonly (readonly [row: number, error: FeatureError])[];
}

function distinctItems<Item>(all: readonly (Item | FeatureError)[], { name }: Encoder<Item>): Distinct<Item> {
  const positions = new Map<string, number>();
  const items: Item[] = [];
  const faults: (readonly [number, FeatureError])[] = [];
  const of = Int32Array.from(all, (item, row) => {
    if (item instanceof FeatureError) {
      faults.push([row, item]);
      return -1;
    }
    const own = name(item);
    const known = positions.get(own) ?? items.length;
    if (known === items.length) {
      positions.set(own, known);
      items.push(item);
    }
    return known;
  });
  return { items, of: of.map((position) => (position < 0 ? items.length : position)), faults };
}
