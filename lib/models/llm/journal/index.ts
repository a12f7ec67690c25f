/** A journal of paid answers: append-only, checksummed, locked between processes. */

export { Journal, type JournalOptions } from './journal.js';
export { emptyLedger, enter, type Ledger, orphan, type PaidAnswer, type PendingBatch } from './ledger.js';
export type { JournalIdentity, JournalRecord } from './records.js';
