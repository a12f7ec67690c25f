import { JournalError } from '../../../lib/errors.js';
import { looksLike } from '../../../lib/util/looks.js';
import { emptyState, enter, type JournalState, orphan } from './journalState.js';
import { isCurrent, isHeader, isRecord, type JournalHeader, recordIn } from './records.js';

/** What a journal's file says. */
export interface ReadJournal {
  readonly header: JournalHeader;
  readonly state: JournalState;
  /** Bytes up to the end of the last whole line: what follows is damaged. */
  readonly end: number;
  /** Damaged lines that were passed over, that at the end included. */
  readonly dropped: number;
}

const NEWLINE = 10;

/**
 * Reads a journal. Lines whose checksum is wrong are passed over: a line that a process had half written when it ended, or
 * that a disk has damaged.
 *
 * @throws JournalError `foreign`, `version`
 */
export function readJournal(path: string, bytes: Uint8Array): ReadJournal {
  const text = new TextDecoder();
  let header: JournalHeader | undefined;
  const state = emptyState();
  let [end, dropped, since] = [0, 0, 0];
  for (let at = 0; at < bytes.length; ) {
    const stop = bytes.indexOf(NEWLINE, at);
    const next = stop < 0 ? bytes.length : stop + 1;
    const record = stop < 0 ? undefined : recordIn(text.decode(bytes.subarray(at, stop)));
    if (at === 0) {
      header = checkedHeader(path, bytes, record);
      end = next;
    } else if (isRecord(record)) {
      enter(state, record);
      end = next;
      dropped += since;
      since = 0;
    } else since++;
    at = next;
  }
  if (header === undefined) throw foreign(path, bytes);
  orphan(state);
  return { header, state, end, dropped: dropped + since };
}

function checkedHeader(path: string, bytes: Uint8Array, record: unknown): JournalHeader {
  if (!isHeader(record)) throw foreign(path, bytes);
  if (isCurrent(record)) return record;
  throw new JournalError(
    path,
    'version',
    `it is of version ${String(record.version)}, and this release reads 1: use the release that wrote it, or another path`,
  );
}

function foreign(path: string, bytes: Uint8Array): JournalError {
  if (bytes.length === 0) {
    return new JournalError(
      path,
      'foreign',
      'it is empty, and a journal never is: what it held is lost. Put a copy of it back, or delete it, and all is asked and paid for anew',
    );
  }
  return new JournalError(
    path,
    'foreign',
    `it is no journal${looksLike(bytes)}. Give the path of one, or of a file that isn't there; a journal whose first line is damaged can't be used: put a copy of it back`,
  );
}
