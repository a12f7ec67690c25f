import type { ChatReply } from '../asking/index.js';
import type { OpenBatch } from '../batches/index.js';
import type { JournalRecord, KeptClaim } from './records.js';

/** An answer that was paid for. */
export interface PaidAnswer {
  readonly reply: ChatReply;
  readonly paid: number;
}

/** What the records of a journal come to. */
export interface JournalState {
  readonly answers: Map<string, PaidAnswer>;
  /** Questions under way, with what each costs at most, and the batch that it is in. */
  readonly open: Map<string, { readonly most: number; readonly batch: string | undefined }>;
  readonly batches: Map<string, OpenBatch>;
  /** By table. */
  readonly claims: Map<string, KeptClaim>;
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
    claims: new Map(),
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
export function enter(state: JournalState, record: JournalRecord): void {
  switch (record.kind) {
    case 'asked': {
      // Asked again without a word of the time before: that may have been paid for.
      close(state, record.id, 'maybe');
      state.open.set(record.id, { most: record.most, batch: record.batch });
      state.underWay += record.most;
      state.asked++;
      return;
    }
    case 'answered':
      close(state, record.id, 'yes');
      state.spent += record.paid;
      if (record.isEstimate) state.estimated++;
      // The first one stands: it may have been used.
      if (!state.answers.has(record.id))
        state.answers.set(record.id, { reply: record.reply, paid: record.paid });
      return;
    case 'lost':
      close(state, record.id, record.paid);
      return;
    case 'claim': {
      const { table, claim, seed } = record;
      if (!state.claims.has(table)) state.claims.set(table, { table, claim, seed });
      return;
    }
    case 'batch':
      if (record.state === 'over') {
        const ids = state.batches.get(record.name)?.ids ?? [];
        for (const id of ids)
          if (state.open.get(id)?.batch === record.name) close(state, id, record.rest ?? 'maybe');
        state.batches.delete(record.name);
        return;
      }
      state.batches.set(record.name, {
        name: record.name,
        serverId: record.serverId,
        ids: record.ids ?? state.batches.get(record.name)?.ids ?? [],
      });
  }
}

/**
 * What was under way in a process that has ended may have been paid for. Not so in a batch: what is in one that was begun is
 * still under way, and without a word of the batch it was never sent.
 */
export function orphan(state: JournalState): void {
  for (const [id, { batch }] of [...state.open]) {
    if (batch === undefined || !state.batches.has(batch))
      close(state, id, batch === undefined ? 'maybe' : 'no');
  }
}

function close(state: JournalState, id: string, paid: 'yes' | 'no' | 'maybe'): void {
  const open = state.open.get(id);
  if (open === undefined) return;
  state.open.delete(id);
  // Sums of many prices differ in their last digits: none may be left over where nothing is under way.
  state.underWay = state.open.size === 0 ? 0 : state.underWay - open.most;
  if (paid === 'no') state.unpaid++;
  if (paid !== 'maybe') return;
  state.unknown++;
  state.unknownMoney += open.most;
}
