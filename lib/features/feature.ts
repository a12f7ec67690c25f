import type { Block } from '../blocks/index.js';
import type { State } from '../state.js';
import type { RowView, Transform } from './view.js';

/**
 * One independently computable group of columns (Willump's IFV), not yet fitted. A feature of your own is an object
 * of this shape.
 */
export interface Feature<in Row> {
  /** Names the algorithm, so that an artifact isn't loaded into a feature of another kind. */
  readonly kind: string;
  /** The transforms that it reads: their cost counts once in a set of features, however many read them. */
  readonly reads: readonly Transform<Row, unknown>[];
  /** Change it when the feature's code starts to answer differently: an artifact made with another one is void. */
  readonly version?: string | undefined;
  /** Money a row, for the objective 'price'. */
  readonly price?: number | undefined;
  /** Learns what it needs (a vocabulary, categories) from training rows alone. */
  fit(view: RowView<Row>): FittedFeature<Row> | Promise<FittedFeature<Row>>;
  load(state: State): FittedFeature<Row>;
}

/** A feature ready to compute. The same row always gives the same numbers, whatever rows surround it. */
export interface FittedFeature<in Row> {
  readonly columns: number;
  compute(view: RowView<Row>): Block | Promise<Block>;
  readonly state: State;
  /** Readies what the first rows would have to wait for (code, buffers, connections), without rows. */
  warm?(): void | Promise<void>;
  /** What it counts of its own work, for the statistics. */
  counts?(): SourceCounts;
}

/** What only a feature itself can count, since it was made. */
export interface SourceCounts {
  /** Rows whose numbers a cache had, and those that it hadn't. */
  readonly hits?: number;
  readonly misses?: number;
  /** Rows that waited for numbers of their key which another call was fetching already. */
  readonly joined?: number;
  /** Milliseconds that the hits would have cost. */
  readonly savedMs?: number;
  /** Times a source was asked, and for how many keys. */
  readonly roundTrips?: number;
  readonly keys?: number;
}
