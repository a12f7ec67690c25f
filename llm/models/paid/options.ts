import { checkFlag, checkKeys, checkOneOf, checkWhole, show } from '../../../lib/check.js';
import { OptionError } from '../../../lib/errors.js';
import type { JournalOptions } from '../journal/index.js';
import type { Prices } from '../money/index.js';

/** How whole rounds are sent by a batch API. */
export interface RoundOptions {
  /** Within which time the server is to answer. @defaultValue '24h' */
  readonly window?: string;
  /** Milliseconds between looks at a batch. @defaultValue 30_000 */
  readonly pollMs?: number;
  /** The most requests of a batch: larger rounds are cut up. @defaultValue 50_000 */
  readonly maxRequests?: number;
  /** The most bytes of a batch. @defaultValue 200_000_000 */
  readonly maxBytes?: number;
  /** Rounds of fewer questions are asked at once, at the list price. @defaultValue 50 */
  readonly least?: number;
  /**
   * What becomes of questions that a batch has left, since it expired or was answered in part: they go in the `next`, three
   * times at most, or are asked `atOnce`, at the list price. @defaultValue 'next'
   */
  readonly unanswered?: 'next' | 'atOnce';
}

/** Options of a chat model by which answers are kept, and paid for. */
export interface PayingOptions {
  /**
   * The file that keeps paid answers, or it with options. What it has isn't asked again: by a later run, after a crash, or in
   * another step. One process at a time uses it, and all models of that process that name it share it. A journal of
   * another model, prompt or other parameters is refused. @defaultValue answers are kept in memory, and end with the process
   */
  readonly journal?: string | JournalOptions;
  /**
   * What the provider charges a million tokens: `{ input, cached, output, batch, currency }`, or 'free'. @defaultValue money
   * isn't counted
   */
  readonly prices?: Prices;
  /**
   * The most money that may be spent, in all runs over the journal: looked at before each request, with all that may have been
   * paid for. Then calls reject with a BudgetStop, and a run with more goes on from there. It needs `prices`.
   * @defaultValue no limit
   */
  readonly maxPrice?: number;
  /**
   * Whether whole rounds, such as all rows to train or to certify on, go by the endpoint's batch API: within a day, for about
   * half the price. A cascade that serves needs answers at once: it has a model without, or gives its calls a deadline.
   * @defaultValue false: at once
   */
  readonly batch?: boolean | RoundOptions;
}

export const PAYING_OPTIONS = ['journal', 'prices', 'maxPrice', 'batch'] as const;

/** @throws OptionError for what `askerOf` doesn't look at */
export function checkPaying({ journal, batch }: PayingOptions): void {
  if (journal !== undefined && typeof journal !== 'string') {
    checkKeys(journal, ['path', 'secret', 'texts'], 'journal.');
    if (journal.texts !== undefined) checkFlag('journal.texts', journal.texts);
    // It isn't shown.
    const { secret } = journal;
    if (secret !== undefined && (typeof secret !== 'string' || secret === '')) {
      throw new OptionError('journal.secret', 'expected text that nobody else knows');
    }
    if (secret !== undefined && journal.texts === true)
      throw new OptionError('journal.texts', "keeps the texts that 'secret' is to hide: give one of them");
  }
  const path = typeof journal === 'object' ? journal.path : journal;
  if (journal !== undefined && (typeof path !== 'string' || path === '')) {
    throw new OptionError('journal', `expected the path of a file, or { path, secret }, got ${show(path)}`);
  }
  if (batch === undefined || typeof batch === 'boolean') return;
  checkKeys(batch, ['window', 'pollMs', 'maxRequests', 'maxBytes', 'least', 'unanswered'], 'batch.');
  for (const name of ['pollMs', 'maxRequests', 'maxBytes', 'least'] as const) {
    if (batch[name] !== undefined) checkWhole(`batch.${name}`, batch[name], 1);
  }
  if (batch.window !== undefined && (typeof batch.window !== 'string' || !/^\d+[hd]$/.test(batch.window))) {
    throw new OptionError('batch.window', `expected a time such as '24h', got ${show(batch.window)}`);
  }
  if (batch.unanswered !== undefined) checkOneOf('batch.unanswered', batch.unanswered, ['next', 'atOnce']);
}
