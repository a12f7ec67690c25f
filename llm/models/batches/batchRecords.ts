import type { ChatMessage, ChatQuestion, ChatReply } from '../asking/index.js';

/** A batch that was begun, and whose outcome isn't known. */
export interface OpenBatch {
  readonly name: string;
  /** Undefined where it isn't known whether the server has it. */
  readonly serverId: string | undefined;
  readonly ids: readonly string[];
}

/** Where what becomes of batches is kept, by questions' ids: a later process goes on from it. */
export interface BatchRecords {
  idOf(question: ChatQuestion): string;
  pending(): readonly OpenBatch[];
  /** One that was paid for, perhaps by a batch of another call. */
  answerOf(id: string): ChatReply | undefined;
  /** Before anything is sent. */
  begin(name: string, ids: readonly string[]): Promise<void>;
  sent(name: string, serverId: string): Promise<void>;
  /** @param rest whether questions of it without an answer may have been paid for */
  over(name: string, rest: 'no' | 'maybe'): Promise<void>;
  replied(id: string, reply: ChatReply, messages?: readonly ChatMessage[]): Promise<void>;
  lost(id: string, paid: 'no' | 'maybe'): Promise<void>;
}
