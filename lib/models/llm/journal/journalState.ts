import type { ChatReply } from '../asking/index.js';
import type { JournalRecord } from './records.js';

/** An answer that was paid for. */
export interface PaidAnswer {
  readonly reply: ChatReply;
  readonly paid: number;
}

/** A batch that was begun, and whose outcome isn't known. */
export interface PendingBatch {
  readonly name: string;
  /** Undefined where it isn't known whether the server has it. */
  readonly serverId: string | undefined;
  readonly ids: readonly string[];
}

/** What the records of a journal come to. */
export interface JournalState {
  readonly answers: Map<string, PaidAnswer>;
  /** Questions under way, with what each costs at most, and the batch that it is in. */
  readonly open: Map<string, { readonly most: number; readonly batch: string | undefined }>;
  readonly batches: Map<string, PendingBatch>;
  /** Money paid for answers. */
  spent: number;
  /** Money of questions under way, at most. */
  underWay: number;
  /** Questions without an answer that may have been paid for, and their money at most. */
  unknown: number;
  unknownMoney: number;
  /** Requests that were made, and those that weren't paid for. */
  asked: number;
  unpaid: number;
  /** Answers whose price is the most that it may be. */
  estimated: number;
}

export function emptyState(): JournalState {
  return {
    answers: new Map(),
    open: new Map(),
    batches: new Map(),
    spent: 0,
    underWay: 0,
    unknown: 0,
    unknownMoney: 0,
    asked: 0,
    unpaid: 0,
    estimated: 0,
  };
}

/** Enters a record. */
export function enter(ledger: JournalState, record: JournalRecord): void {
  switch (record.kind) {
    case 'asked': {
      // Asked again without a word of the time before: that may have been paid for.
      close(ledger, record.id, 'maybe');
      ledger.open.set(record.id, { most: record.most, batch: record.batch });
      ledger.underWay += record.most;
      ledger.asked++;
      return;
    }
    case 'answered':
      close(ledger, record.id, 'yes');
      ledger.spent += record.paid;
      if (record.isEstimate) ledger.estimated++;
      // The first one stands: it may have been used.
      if (!ledger.answers.has(record.id))
        ledger.answers.set(record.id, { reply: record.reply, paid: record.paid });
      return;
    case 'lost':
      close(ledger, record.id, record.paid);
      return;
    case 'batch':
      if (record.state === 'over') {
        const ids = ledger.batches.get(record.name)?.ids ?? [];
        for (const id of ids)
          if (ledger.open.get(id)?.batch === record.name) close(ledger, id, record.rest ?? 'maybe');
        ledger.batches.delete(record.name);
        return;
      }
      ledger.batches.set(record.name, {
        name: record.name,
        serverId: record.serverId,
        ids: record.ids ?? ledger.batches.get(record.name)?.ids ?? [],
      });
  }
}

/**
 * What was under way in a process that has ended may have been paid for. Not so in a batch: what is in one that was begun is
 * still under way, and without a word of the batch it was never sent.
 */
export function orphan(ledger: JournalState): void {
  for (const [id, { batch }] of [...ledger.open]) {
    if (batch === undefined || !ledger.batches.has(batch))
      close(ledger, id, batch === undefined ? 'maybe' : 'no');
  }
}

function close(ledger: JournalState, id: string, paid: 'yes' | 'no' | 'maybe'): void {
  const open = ledger.open.get(id);
  if (open === undefined) return;
  ledger.open.delete(id);
  // Sums of many prices differ in their last digits: none may be left over where nothing is under way.
  ledger.underWay = ledger.open.size === 0 ? 0 : ledger.underWay - open.most;
  if (paid === 'no') ledger.unpaid++;
  if (paid !== 'maybe') return;
  ledger.unknown++;
  ledger.unknownMoney += open.most;
}
