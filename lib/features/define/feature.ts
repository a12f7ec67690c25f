import type { Block } from '../../data/blocks/index.js';
import type { JsonValue, State } from '../../util/state.js';
import type { Fidelities, StepPlace } from './fidelity.js';
import type { RowView, Source, Transform } from './view.js';

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
  /**
   * All options that change its values, in fitting or in computing, defaults included, as plain
   * JSON. An artifact made with others is void, and its error names them.
   */
  readonly options?: JsonValue | undefined;
  /** Money a row, for the objective 'price'. */
  readonly price?: number | undefined;
  /** Whether it waits for answers of others, as lookups do: by default `tune` then compares plans by latency. @defaultValue false */
  readonly waits?: boolean | undefined;
  /**
   * The largest difference between a row's values computed in different batches, relative to the
   * larger of 1 and their magnitudes: 0 or more. Encoders and GPUs round differently in batches of
   * other sizes. @defaultValue 1e-5
   */
  readonly tolerance?: number | undefined;
  /**
   * Whether a row's values change from one read to the next by nature, for example because other
   * programs write to their source. They aren't compared then, and the promise mentions it.
   * @defaultValue false
   */
  readonly live?: boolean | undefined;
  /**
   * The key under which its values are cached while a cascade serves: rows of one key must have the
   * same values.
   */
  readonly keys?: readonly Source<Row, unknown>[] | undefined;
  /**
   * Whether its blocks may hold NaN, which stands for a missing value: learners that don't support
   * it are refused before anything is fitted. @defaultValue false
   */
  readonly missing?: boolean | undefined;
  /**
   * Whether `fit` looks at its rows. While a cascade is tuned, what learns is fitted and computed once more for each
   * fold; what doesn't is computed once for each row. @defaultValue whether `fit` takes a parameter
   */
  readonly learns?: boolean | undefined;
  /**
   * Whether its rows are computed no more often than necessary, however cheap they look: its cost is then taken from
   * rows that are computed anyway. What has a price or is slow is treated so without this. @defaultValue false
   */
  readonly expensive?: boolean | undefined;
  /**
   * Throws for a row that it can't compute, by the value that it reads of it: a few comparisons, for every row before
   * any stage. It is a function of the row alone, and `compute` throws for these rows too. A cascade refuses them,
   * and no promise is about them. @defaultValue the feature is tried, where a row looks odd
   */
  readonly check?: ((row: Row) => void) | undefined;
  /**
   * Throws if `check` throws for one of these rows, where that can be told of many at once in less time.
   * @defaultValue each is checked
   */
  readonly checkAll?: ((rows: readonly Row[]) => void) | undefined;
  /** From the columns that it reads to its values, in words: what a report draws. */
  readonly steps?: readonly string[] | undefined;
  /** Learns its state (a vocabulary, categories) from training rows alone. */
  fit(view: RowView<Row>): FittedFeature<Row> | Promise<FittedFeature<Row>>;
  /**
   * Begins to learn from rows that come batch by batch and are then forgotten, with the outcome of
   * `fit`. @defaultValue rows that aren't in memory are gathered there for `fit`
   */
  fitInBatches?(): BatchFit<Row>;
  /**
   * As `fitInBatches`; and it keeps of the rows what it needs to be fitted to some of them alone, as
   * `tune` does for each fold. @defaultValue rows are read again for each fold
   *
   * @param allowance for the bytes that it keeps
   * @returns undefined where it can't
   */
  fitAndKeep?(allowance: Allowance): KeepingFit<Row> | undefined;
  load(state: State): FittedFeature<Row>;
  /**
   * Replaces the fitted feature in a cascade that serves, with the same values: for example a cache
   * in front of it. Tuning and profiles use the feature itself, so that they measure its own costs. Of a feature
   * without `keys`, it replaces fidelities, too: rows of one key may differ in these.
   *
   * @param name also of a fidelity, such as `body@256`
   * @param cost measured cost of a row, in microseconds
   * @param place of a fidelity: which of its feature's steps it is
   */
  served?(
    fitted: FittedFeature<Row>,
    name: string,
    cost: number | undefined,
    place?: StepPlace,
  ): FittedFeature<Row>;
}

/** A feature that is learning. */
export interface BatchFit<in Row> {
  /** Learns from a batch of the training rows. Batches come in the order of the rows. */
  add(view: RowView<Row>): void;
  /** Called once, after the last batch. */
  end(): FittedFeature<Row>;
}

/** A limit on memory that several features share. */
export interface Allowance {
  /** Takes so many bytes, or none where fewer are left. @returns whether it took them */
  take(bytes: number): boolean;
  /** Gives back bytes that were taken and aren't needed any more. */
  give(bytes: number): void;
}

/** A feature that is learning, and what it keeps of the rows meanwhile. */
export interface KeepingFit<in Row> {
  readonly fit: BatchFit<Row>;
  readonly kept: KeptRows<Row>;
}

/** What a feature keeps of the rows that it learns from, in order to be fitted to some of them alone. */
export interface KeptRows<in Row = never> {
  /**
   * The feature as it would be if it had learnt from these rows alone. Called once the fit has ended.
   *
   * @param rows positions among the rows that it learnt from, ascending, each at most once
   * @returns undefined where what it keeps doesn't suffice: then the rows are read again
   */
  refit(rows: Int32Array): Refitted<Row> | undefined;
  /** Frees the memory. `refit` returns undefined afterwards. */
  forget(): void;
}

/** A feature that was fitted to some of its rows. */
export interface Refitted<in Row = never> {
  /**
   * The values of some rows, bit for bit those that `compute` would give.
   *
   * @param rows positions among the rows that the feature learnt from
   */
  block(rows: Int32Array): Block;
  /** The fitted feature itself, for its fidelities. @defaultValue there is none */
  readonly fitted?: FittedFeature<Row> | undefined;
}

/** The circumstances in which a block is computed. */
export interface ComputeContext {
  /**
   * Aborted when no caller waits for the block any more, or it would come too late. It is made when it is read: pass
   * the context itself on, or this signal. A copy of the context's own properties has none.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * If given, a feature that fails for some rows reports them here, by their positions in the view, and computes the
   * others; the block's values of failed rows don't matter. Without it, the feature fails as a whole.
   */
  readonly missing?: ((row: number, error: Error) => void) | undefined;
  /** The caller can't wait: a feature that has the choice computes synchronously. */
  readonly atOnce?: boolean | undefined;
  /** `false`: a cache is passed by, and neither read nor written. @defaultValue true */
  readonly cached?: boolean | undefined;
  /**
   * Called with the number of rows, or keys, before each request to a source: see
   * {@link FittedFeature.reportsRequests}. Throws where no more may be spent.
   */
  readonly onRequest?: ((rows: number) => void) | undefined;
}

/** A feature ready to compute. The same row always gives the same values, in any batch. */
export interface FittedFeature<in Row> {
  /** Numbers a row: the width of its blocks. */
  readonly columns: number;
  /** If it was fitted to rows and has no column: why, and what to do. `tune` throws this text. */
  readonly empty?: string | undefined;
  compute(view: RowView<Row>, context?: ComputeContext): Block | Promise<Block>;
  readonly state: State;
  /**
   * Whether `compute` itself calls `ComputeContext.onRequest`, since its source gets fewer requests than rows, or
   * more with retries. @defaultValue false: one request a row
   */
  readonly reportsRequests?: boolean | undefined;
  /**
   * Prepares everything that the first row would wait for (code, buffers, connections).
   *
   * @param isCompiled whether a feature of this kind was prepared here before, so that its code is
   * compiled. @defaultValue false
   * @returns a block of one made-up row, with which models warm up
   */
  warm?(isCompiled?: boolean): Block | Promise<Block>;
  /**
   * Octets of tables and buffers that it made of its state, which each thread has to itself.
   *
   * @defaultValue 0
   */
  readonly octets?: number | undefined;
  /** Counts of its own work, for the statistics. */
  counts?(): OwnCounts;
  /** Cheaper versions of it, for stages alone. @defaultValue it has none */
  readonly fidelities?: Fidelities<Row> | undefined;
}

/** Counts that only a feature itself can keep, since it was made. */
export interface OwnCounts {
  /** Rows whose values the cache had, and rows whose values it lacked. */
  readonly hits?: number;
  readonly misses?: number;
  /** Rows that waited for a request of another call with the same key. */
  readonly joined?: number;
  /** Milliseconds that the hits would have cost. */
  readonly savedMs?: number;
  /** Round trips to a source, and the keys in them. */
  readonly roundTrips?: number;
  readonly keys?: number;
}
