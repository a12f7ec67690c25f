/** A journal of paid answers: append-only, checksummed, locked between processes. */

export { Journal, type JournalOptions } from './journal.js';
export type { JournalState } from './journalState.js';
export type { JournalIdentity, JournalRecord, KeptClaim } from './records.js';
