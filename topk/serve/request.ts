import { checkFunction, checkKeys, checkSignal, checkWhole, show } from '../../lib/check.js';
import { DataError, OptionError } from '../../lib/errors.js';
import type { Interrupt } from '../../lib/run/runtime/index.js';
import type { QueryOptions } from '../types.js';

/** A request to an engine. */
export interface RankRequest<Row> {
  readonly k: number;
  /** Code of the class that ranks. */
  readonly rankClass: number;
  readonly filter: ((row: Row) => boolean) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** A request that waits for nothing any more once its signal is aborted. */
export interface Interruptible<Row> extends RankRequest<Row> {
  readonly interrupt: Interrupt | undefined;
}

/** @throws DataError for no candidates, or fewer than K */
export function checkCount(count: number, k: number): void {
  if (count === 0) throw new DataError('candidates: there are none to rank');
  if (k > count) throw new DataError(`k: expected at most the ${count} candidates, got ${k}`);
}

/** The requested part of the top K. */
export interface RequestedPage {
  readonly offset: number;
  readonly limit: number;
}

/** @throws OptionError, DataError for an invalid query */
export function checkQuery(candidates: unknown, k: number, options: QueryOptions<never>): RequestedPage {
  checkKeys(options, ['offset', 'limit', 'rankClass', 'filter', 'signal']);
  const isList = typeof candidates === 'object' && candidates !== null;
  if (!isList || !(Symbol.iterator in candidates || Symbol.asyncIterator in candidates)) {
    throw new DataError(`candidates: expected an array or an iterable of rows, got ${show(candidates)}`);
  }
  checkWhole('k', k, 1);
  // A filter only removes candidates, so the count can be checked before anything is scored.
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
