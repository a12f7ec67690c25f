import {
  checkFlag,
  checkKeys,
  checkOneOf,
  checkPrice,
  checkTolerance,
  checkWhole,
  show,
} from '../../check.js';
import { denseBlock, type Scaling } from '../../data/blocks/index.js';
import { OptionError } from '../../errors.js';
import {
  type Fetch,
  type Fetcher,
  fetcher,
  type Key,
  type KeyOutcome,
  SOURCE_OPTIONS,
  type SourceCounts,
  type SourceOptions,
} from '../lookup/index.js';
import type { Feature, FittedFeature } from './feature.js';
import { checkedOutcomes, filled, numbersFault } from './filling.js';
import { distinctKeys, keyFault } from './keys.js';
import { type KnownValues, knownRows, withFetched, withKnown } from './known.js';
import { rowCheck } from './rowCheck.js';
import { readsOf, statedSource } from './sources.js';
import { checkSource, type Source } from './view.js';

/** Options of `lookup`. */
export interface LookupOptions<Row, K extends Key> extends SourceOptions {
  /** The key of a row; null or undefined if there's nothing to look up. */
  readonly key: Source<Row, K | null | undefined>;
  /** A function that fetches all keys together, or a ready-made source's fetcher. */
  readonly fetch: Fetch<K> | Fetcher<K>;
  /** Numbers under a key: the feature's columns. */
  readonly width: number;
  /**
   * The numbers of rows without a key, and of keys that the source doesn't know. @defaultValue zeros, or with
   * `missing` NaN
   */
  readonly absent?: ArrayLike<number>;
  /**
   * Whether NaN is a missing value, for learners that take it, in fetched values and in `absent`;
   * else it is an error.
   * @defaultValue false
   */
  readonly missing?: boolean;
  /**
   * Values of some keys as the source has them, or null where it has none: these keys are never fetched. A stage may
   * read the feature's version `name@known`, which fetches nothing: for other keys it has the numbers of `absent`,
   * and one more column says 1. Choose the keys without looking at certification rows. @defaultValue none
   */
  readonly known?: KnownValues<K>;
  /** Money a row, for the objective 'price'. @defaultValue 0 */
  readonly price?: number;
  /** See `Feature.version`. */
  readonly version?: string;
  /**
   * Whether the value of a key may change while a cascade is tuned and serves. Then nothing is
   * compared, and the promise mentions it. @defaultValue false: the source is read twice, and
   * refused if it returns other values
   */
  readonly live?: boolean;
  /** See `Feature.tolerance`. @defaultValue 1e-5 */
  readonly tolerance?: number;
  /** How linear learners scale the columns: see `DenseOptions.scaling`. @defaultValue 'columns' */
  readonly scaling?: Scaling;
}

/** A feature whose values are stored elsewhere. */
export interface LookupFeature<in Row> extends Feature<Row> {
  readonly kind: 'lookup';
  readonly source: { readonly name: string; readonly counts: SourceCounts };
}

/**
 * Numbers that are looked up by a key: a dense block, rows x `width`. Nothing is fitted.
 *
 * Only rows that need the feature are looked up. Each key is fetched once, however many rows have
 * it. Lookups of one source in the same turn of the event loop, from any caller, share a round trip
 * of at most `maxBatch` keys. A key that is already being fetched isn't fetched again.
 *
 * A round trip that fails as a whole is retried after a wait with full jitter, as long as retries
 * don't exceed a tenth of its answers. A source that keeps failing is left alone for a while. A key
 * that fails alone fails only its rows.
 *
 * `maxBatch`, `timeoutMs`, `retries`, `breaker`, `name`, `random` and `timer` control requests to a
 * function; ready-made sources take them when they are made.
 *
 * @throws OptionError for an option that is unknown or out of its range. While computing a
 * LookupError, whose `reason` is why there is no usable value.
 *
 * @example
 * lookup({
 *   key: (mail: Mail) => mail.sender,
 *   fetch: async (senders, { signal }) => reputations(senders, signal),  // a Map, or arrays in the order of the senders
 *   width: 2,
 *   timeoutMs: 50,
 * });
 */
export function lookup<Row, K extends Key>(options: LookupOptions<Row, K>): LookupFeature<Row> {
  checkKeys(options, [
    'key',
    'fetch',
    'width',
    'absent',
    'price',
    'version',
    'live',
    'tolerance',
    'missing',
    'known',
    'scaling',
    ...SOURCE_OPTIONS,
  ]);
  const { key, width, version, price, live, tolerance, missing = false, scaling } = options;
  checkSource(key, 'key');
  checkWhole('width', width, 1);
  checkPrice(price);
  checkTolerance('tolerance', tolerance);
  if (live !== undefined) checkFlag('live', live);
  checkFlag('missing', missing);
  if (scaling !== undefined) checkOneOf('scaling', scaling, ['columns', 'block']);
  const absent = absentOf(options.absent, width, missing);
  const known = options.known && knownRows(options.known, width, missing);
  const fetching = fetcherFrom(options);
  const { source } = fetching;
  const values = { width, absent, missing, scaling, source: source.name };
  const alone: FittedFeature<Row> = {
    columns: width,
    compute(view, context = {}) {
      const wanted = distinctKeys(view.read(key), source.name);
      const filling = { ...values, view, wanted, context };
      const asked = known ? wanted.keys.filter((each) => !known.rows.has(each)) : wanted.keys;
      const block = (fetched: readonly (KeyOutcome | undefined)[], reason?: unknown) => {
        const outcomes = checkedOutcomes(values, fetched, reason);
        return filled(filling, known ? withFetched(wanted.keys, known, outcomes) : outcomes);
      };
      if (asked.length === 0) return block([]);
      const call = fetching.request(asked, context.signal, context.onRequest);
      return call.settled.then(
        () => block(call.outcomes),
        (reason: unknown) => {
          if (context.missing === undefined) throw reason;
          return block(call.outcomes, reason);
        },
      );
    },
    async warm() {
      await fetching.open();
      return denseBlock(1, width, absent.slice(), scaling);
    },
    counts: () => {
      const { roundTrips, keys } = source.counts;
      return { roundTrips, keys };
    },
    state: { json: { columns: width }, tensors: {} },
    reportsRequests: true,
  };
  const reads = readsOf(key);
  const fitted = known ? withKnown(alone, key, known, values) : alone;
  return {
    kind: 'lookup',
    source,
    reads,
    ...rowCheck(key, (value) => (value === null || value === undefined ? undefined : keyFault(value))),
    version,
    options: {
      width,
      absent: [...absent],
      missing,
      ...(known && { known: known.stated }),
      ...(fetching.reading && { reading: fetching.reading }),
      ...statedSource(key),
    },
    price,
    waits: true,
    live,
    tolerance,
    missing,
    fit: () => fitted,
    load: () => fitted,
  };
}

function absentOf(absent: ArrayLike<number> | undefined, width: number, missing: boolean): Float32Array {
  if (absent === undefined) return new Float32Array(width).fill(missing ? Number.NaN : 0);
  const what =
    typeof absent === 'object' && absent !== null
      ? numbersFault(absent, width, missing)
      : `gave ${show(absent)}`;
  if (what !== undefined)
    throw new OptionError('absent', `expected ${width} finite numbers, got ${show(absent)}`);
  return Float32Array.from(absent);
}

function fetcherFrom<Row, K extends Key>(options: LookupOptions<Row, K>): Fetcher<K> {
  const { fetch } = options;
  const {
    key,
    fetch: _,
    width,
    absent,
    price,
    version,
    live,
    tolerance,
    missing,
    known,
    scaling,
    ...own
  } = options;
  if (typeof fetch === 'function') return fetcher(fetch, own);
  if (typeof fetch !== 'object' || fetch === null || typeof fetch.request !== 'function') {
    throw new OptionError(
      'fetch',
      `expected a function of keys, or what a source offers, got ${show(fetch)}`,
    );
  }
  const [misplaced] = Object.keys(own);
  if (misplaced === undefined) return fetch;
  throw new OptionError(misplaced, `belongs to the source '${fetch.source.name}': give it when that is made`);
}
