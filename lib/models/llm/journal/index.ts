/** A journal of paid answers: append-only, checksummed, locked between processes. */

export { Journal, type JournalOptions } from './journal.js';
export {
  emptyState,
  enter,
  type JournalState,
  orphan,
  type PaidAnswer,
  type PendingBatch,
} from './journalState.js';
export type { JournalIdentity, JournalRecord } from './records.js';
