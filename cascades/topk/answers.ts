import { checkFunction, checkKeys, checkSignal, checkWhole, show } from '../../lib/check.js';
import { DataError, OptionError } from '../../lib/errors.js';
import type { Label } from '../types/index.js';
import type { TopKPromise } from './terms.js';

/** Options of `ranker.query`. */
export interface QueryOptions<Row, L extends Label = Label> {
  /** Of the top K, how many are passed over, and how many are given then: pages of one K are slices of one ranking. @defaultValue 0, and the rest */
  readonly offset?: number;
  /** The most that are given, a whole number. @defaultValue all of the K after `offset` */
  readonly limit?: number;
  /** The class whose probability ranks. @defaultValue what the ranker was made for */
  readonly of?: L;
  /** Candidates that it refuses are left out before anything is computed. */
  readonly filter?: (row: Row) => boolean;
  /** Aborts the call, which then rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** Said of a query that the certificate isn't about. */
export interface OutsideWarning {
  readonly code: 'OUTSIDE_QUERY';
  readonly message: string;
}

/** The K best of a query’s candidates, and how they were found. */
export interface TopKAnswer {
  /** Positions of the candidates, best first. */
  readonly indices: Int32Array;
  /** What the full model ranks them by. */
  readonly scores: Float64Array;
  /** Their places in the ranking, from 1. */
  readonly ranks: Int32Array;
  /** How many candidates there were, after the filter. */
  readonly candidates: number;
  /** Share of them that got to each stage, the full model last. */
  readonly reached: readonly number[];
  /**
   * `exact`: the full model scored every candidate. `certified`: `promise` holds. `outside`: nothing is promised of such
   * queries, see `warning`. `void`: features or full model have changed since they were certified.
   */
  readonly verdict: 'exact' | 'certified' | 'outside' | 'void';
  /** What is promised, where the verdict is `certified`. */
  readonly promise: TopKPromise | null;
  readonly warning?: OutsideWarning;
}

/** @throws DataError for no candidates, or fewer than K */
export function checkCount(count: number, k: number): void {
  if (count === 0) throw new DataError('candidates: there are none to rank');
  if (k > count) throw new DataError(`k: ${k} are asked for, and there are ${count} candidates`);
}

/** The part of the top K that is asked for. */
export interface Page {
  readonly offset: number;
  readonly limit: number;
}

/** @throws OptionError, DataError for what can't be answered */
export function checkQuery(candidates: unknown, k: number, options: QueryOptions<never>): Page {
  checkKeys(options, ['offset', 'limit', 'of', 'filter', 'signal']);
  const isList = typeof candidates === 'object' && candidates !== null;
  if (!isList || !(Symbol.iterator in candidates || Symbol.asyncIterator in candidates)) {
    throw new DataError(`candidates: expected an array or an iterable of rows, got ${show(candidates)}`);
  }
  checkWhole('k', k, 1);
  // A filter leaves no more of them: nothing need be scored to tell.
  if (Array.isArray(candidates)) checkCount(candidates.length, k);
  const { offset = 0, limit = k - offset, filter } = options;
  checkWhole('offset', offset, 0, k - 1);
  checkWhole('limit', limit, 1);
  if (offset + limit > k) {
    throw new OptionError(
      'limit',
      `${limit} from ${offset} on go beyond k, ${k}; ask for a larger k, of which all pages are slices`,
    );
  }
  if (filter !== undefined) checkFunction('filter', filter);
  checkSignal(options.signal);
  return { offset, limit };
}
