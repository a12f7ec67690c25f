import type { TuneOptions } from '../../cascades/index.js';
import {
  approximateOf,
  checkLabels,
  checkShared,
  type FullOption,
  isRegression,
  type Label,
  type Progress,
  SHARED_OPTIONS,
  type SharedOption,
} from '../../cascades/internal.js';
import {
  checkFlag,
  checkFunction,
  checkInside,
  checkKeys,
  checkOneOf,
  checkWhole,
  show,
} from '../../lib/check.js';
import { DataError, OptionError } from '../../lib/errors.js';
import type { Range } from '../types.js';
import type { TopKBound } from './bound.js';
import type { RankBy } from './ranking.js';

/**
 * The candidates of one query, with its own K or class if these differ from `k` and `rankClass`.
 */
export type Query<Row, L extends Label = Label> =
  | readonly Row[]
  | { readonly candidates: readonly Row[]; readonly k?: number; readonly rankClass?: L };

/**
 * Queries that are random subsets of one pool, which has no training rows. The promise covers
 * subsets drawn this way from this very pool; it doesn't cover rows that join it later.
 */
export interface QueryPool<Row> {
  readonly pool: readonly Row[];
  /** Candidates of a query; of a range each number is equally likely. At most half of the pool. */
  readonly size: number | Range;
  /** The number of queries drawn. */
  readonly count: number;
}

/**
 * Options of `tuneTopK`. `features`, `approximate`, `profile`, `threads`, `objective`, `seed`, `signal`, `maxPrice`,
 * `clock`, `featureTimeoutMs` and `timer` are those of {@link TuneOptions}: the same queries and seed give the same plan.
 */
export interface TopKOptions<Row, L extends Label, Name extends string>
  extends Pick<TuneOptions<Row, L, Name>, SharedOption> {
  /**
   * Training rows. Optional if `full` is trained: stages are then fitted to its answers on some of
   * the queries' candidates.
   */
  readonly rows?: readonly Row[] | undefined;
  /** Classes, or for regression numbers. Optional where `full` is trained. */
  readonly labels?: readonly L[] | undefined;
  /**
   * The model that ranks: a learner to train on the rows, never on candidates, or a trained model
   * that hasn't seen either.
   */
  readonly full: FullOption<L> | Promise<FullOption<L>>;
  /** Drawn like those to come: half are for the certificate. */
  readonly queries: readonly Query<Row, NoInfer<L>>[] | QueryPool<Row>;
  /**
   * How equal rows and queries are read. Without it the promise holds over all queries if equal ones are independent
   * draws, some of which are popular, and over different ones if they are copies: a plan is tested on either. `true`:
   * each is an independent draw; the promise covers all of them. `'copies'`: they are copies of one draw, so that equal queries (the same candidates, K and class)
   * count once, and candidates that equal a training row are refused. `false` is `'copies'`.
   *
   * @defaultValue either; but candidates that all equal training rows are refused, and a pool's plan is also tested
   *   on queries of rows that equal none that tuning saw
   */
  readonly repeats?: boolean | 'copies';
  /**
   * The K of queries without one of their own, 1 or more; from a range each K is equally likely.
   * @defaultValue none, if all queries have their own
   */
  readonly k?: number | Range;
  /**
   * The class whose probability ranks. With several, each query made from a pool ranks by one of
   * them, equally likely.
   * @defaultValue of two classes the second, in order
   */
  readonly rankClass?: NoInfer<L> | readonly NoInfer<L>[];
  /** Ranks by a function of a row's scores instead of one class's score. It also applies to the scores of stages. */
  readonly score?: RankBy;
  /**
   * The least recall, precision, NDCG or value of a metric of yours that is promised, and the chance that the promise
   * fails.
   */
  readonly bound: TopKBound;
  /**
   * Ranges of K that are certified separately, each at delta / their number. @defaultValue one, of
   * all K given
   */
  readonly bands?: readonly Range[];
  /**
   * How to treat queries with another K, or more or fewer candidates, than those given.
   * @defaultValue 'warn'
   */
  readonly outside?: 'warn' | 'refuse';
  /** The share of the queries that is kept for the certificate. @defaultValue 0.5 */
  readonly certify?: number;
  /** Work that may be spent on fits of stages, in multiplications. @defaultValue 2e11 */
  readonly budget?: number;
  /**
   * Called with the progress of each step. The first event has the forecast of requests and costs: see
   * {@link forecastTopK}.
   */
  readonly onProgress?: (progress: Progress) => void;
}

/** The same once the full model is known. */
export interface SettledTopKOptions<Row, L extends Label, Name extends string>
  extends TopKOptions<Row, L, Name> {
  readonly full: FullOption<L>;
}

const KEYS = [
  ...SHARED_OPTIONS,
  ...['rows', 'labels', 'full', 'queries', 'repeats', 'k', 'rankClass', 'score'],
  ...['bound', 'bands', 'outside', 'certify', 'budget', 'onProgress'],
];

/** @throws OptionError or DataError at the first thing that can't be right. The bound is checked where it is read. */
export function checkTopKOptions<Row, L extends Label, Name extends string>(
  options: SettledTopKOptions<Row, L, Name>,
): void {
  checkKeys(options, KEYS);
  checkShared(options);
  const { rows, labels, full, score, bands, outside, certify, budget } = options;
  const ofRows = approximateOf(options).find(({ readsRows }) => readsRows);
  if (ofRows !== undefined) {
    throw new OptionError(
      'approximate',
      `${ofRows.name} reads rows; a ranker's full model may, its stages read features`,
    );
  }
  if (rows !== undefined && !Array.isArray(rows)) {
    throw new OptionError('rows', `expected an array, got ${show(rows)}`);
  }
  if (rows?.length === 0) throw new DataError('rows: there are none; expected rows to train on');
  if ('fit' in full && (rows === undefined || labels === undefined)) {
    throw new OptionError(
      rows ? 'labels' : 'rows',
      'missing; a learner as full model is trained on rows and labels',
    );
  }
  if (labels !== undefined) {
    if (rows === undefined) throw new OptionError('rows', 'missing; there are labels');
    checkLabels('labels', labels, rows.length, isRegression(full));
  }
  checkQueries(options);
  if (score !== undefined) checkFunction('score', score);
  if (bands !== undefined) checkBands(bands);
  if (outside !== undefined) checkOneOf('outside', outside, ['warn', 'refuse']);
  if (options.repeats !== undefined && options.repeats !== 'copies') {
    checkFlag('repeats', options.repeats, "true, or 'copies'");
  }
  if (certify !== undefined) checkInside('certify', certify);
  if (budget !== undefined && !(budget > 0)) {
    throw new OptionError('budget', `expected a positive number of multiplications, got ${show(budget)}`);
  }
}

function checkQueries<Row, L extends Label, Name extends string>({
  queries,
  k,
}: TopKOptions<Row, L, Name>): void {
  if (k !== undefined) checkRange('k', k, 1);
  if (typeof queries === 'object' && queries !== null && 'pool' in queries) {
    checkKeys(queries, ['pool', 'size', 'count'], 'queries.');
    const { pool, size, count } = queries;
    if (!Array.isArray(pool)) throw new OptionError('queries.pool', `expected an array, got ${show(pool)}`);
    if (pool.length < 4) throw new DataError(`queries.pool: ${pool.length} rows; expected at least 4`);
    checkPoolSize(size, pool.length >> 1);
    checkWhole('queries.count', count, 2);
    if (k === undefined) throw new OptionError('k', 'missing; give the number that each query should find');
    return;
  }
  if (!Array.isArray(queries)) {
    throw new OptionError(
      'queries',
      `expected an array of arrays of candidates, or { pool, size, count }, got ${show(queries)}`,
    );
  }
  if (queries.length > 1 && !queries.some(isQuery)) {
    throw new OptionError(
      'queries',
      `expected arrays of candidates, got an array of ${queries.length} rows; if they are a pool that queries are ` +
        'drawn from, give { pool, size, count }',
    );
  }
  if (queries.length < 2) {
    throw new DataError(
      `queries: ${queries.length}; expected some to choose a plan on, and others to test it`,
    );
  }
}

/** Even one with a misspelt key holds an array of candidates. */
function isQuery(given: unknown): boolean {
  return typeof given === 'object' && given !== null && [given, ...Object.values(given)].some(Array.isArray);
}

/** Two queries of other rows have to fit into the pool: it tests a plan by rows that didn't choose it. */
function checkPoolSize(size: number | Range, most: number): void {
  checkRange('queries.size', size, 1);
  const largest = typeof size === 'number' ? size : size[1];
  if (largest <= most) return;
  throw new OptionError(
    'queries.size',
    `expected whole numbers from 1 to ${most}, half of the pool, got ${largest}; give larger queries as arrays of candidates`,
  );
}

function checkBands(bands: readonly Range[]): void {
  if (!Array.isArray(bands) || bands.length === 0) {
    throw new OptionError('bands', `expected ranges of K, [from, to] each, got ${show(bands)}`);
  }
  bands.forEach((band: Range, i) => {
    checkRange(`bands[${i}]`, band, 1);
    if (!Array.isArray(band)) throw new OptionError(`bands[${i}]`, `expected [from, to], got ${show(band)}`);
    if (i > 0 && band[0] <= bands[i - 1][1]) {
      throw new OptionError(`bands[${i}]`, 'begins within the one before; expected ascending ranges apart');
    }
  });
}

function checkRange(name: string, range: number | Range, least: number, most?: number): void {
  if (!Array.isArray(range)) {
    checkWhole(name, range, least, most);
    return;
  }
  if (range.length !== 2) throw new OptionError(name, `expected [from, to], got ${show(range)}`);
  checkWhole(`${name}[0]`, range[0], least, most);
  checkWhole(`${name}[1]`, range[1], range[0], most);
}
