import type { AskContext, ChatReply, RequestListener } from '../asking/index.js';
import type { BatchRecords } from '../batches/index.js';
import type { Journal, JournalRecord } from '../journal/index.js';
import type { SpendingLimit } from './spendingLimit.js';
import type { QuestionsUnderWay } from './underWay.js';

/** Enters what becomes of questions into a journal, with its price, and tells those who wait. */
export function batchRecordsIn(
  journal: Journal,
  limit: SpendingLimit,
  underWay: QuestionsUnderWay,
): BatchRecords {
  const { state } = journal;
  const keep = (record: JournalRecord & { readonly id: string }, isSynced: boolean) => {
    const kept = journal.keep(record, isSynced);
    limit.over(record.id);
    return kept;
  };
  return {
    idOf: (question) => journal.idOf(question),
    pending: () => [...state.batches.values()],
    answerOf: (id) => state.answers.get(id)?.reply,
    begin: (name, ids) => journal.keep({ kind: 'batch', name, state: 'sending', ids }, true),
    sent: (name, serverId) => journal.keep({ kind: 'batch', name, state: 'sent', serverId }, true),
    over: (name, rest) => journal.keep({ kind: 'batch', name, state: 'over', rest }, true),
    lost: (id, paid) => keep({ kind: 'lost', id, paid }, false),
    replied: async (id, reply, messages = []) => {
      const most = state.open.get(id)?.most ?? limit.mostOf(messages, reply.isBatch);
      await keep({ kind: 'answered', id, reply, ...limit.paidFor(reply, most) }, true);
      underWay.get(id)?.settle({ kind: 'reply', reply });
    },
  };
}

/** Enters requests as a sender tells of them, each before it is sent. */
export function listenerAt(
  records: BatchRecords,
  journal: Journal,
  limit: SpendingLimit,
  {
    onSpend,
    heard,
  }: Pick<AskContext, 'onSpend'> & { readonly heard?: ((reply: ChatReply) => void) | undefined },
): RequestListener {
  return {
    sending: async (question, batch) => {
      const { messages } = question;
      const id = journal.idOf(question);
      const most = limit.mostOf(messages, batch !== undefined);
      const record = { kind: 'asked' as const, id, most, ...(batch !== undefined && { batch }) };
      await limit.reserve(journal, journal.keepsTexts ? { ...record, messages } : record, onSpend);
    },
    replied: async (question, reply) => {
      await records.replied(journal.idOf(question), reply, question.messages);
      // Those of a batch are all paid for already: they are heard when they are used.
      if (reply.isBatch !== true) heard?.(reply);
    },
    lost: (question, _, paid) => records.lost(journal.idOf(question), paid),
  };
}
