import type { ChatQuestion } from './chatQuestion.js';
import type { ChatReply } from './chatReply.js';

/** What is told of every request as it is made: the journal and the budget listen. */
export interface RequestListener {
  /**
   * Before a request is sent, and again before each retry. Throws where no more may be spent: nothing is sent then. Those
   * under way are waited for, and then the sender rejects with what was thrown.
   *
   * @param batch the name of the batch that it goes in, if it does
   */
  sending(question: ChatQuestion, batch?: string): void | Promise<void>;
  /** A reply has come. It isn't used before this has ended: it is kept first. */
  replied(question: ChatQuestion, reply: ChatReply): void | Promise<void>;
  /** No reply came. @param paid whether the request may have been charged all the same */
  lost(question: ChatQuestion, error: unknown, paid: 'no' | 'maybe'): void | Promise<void>;
}

/** What became of a question. */
export type Outcome =
  | { readonly kind: 'reply'; readonly reply: ChatReply }
  | { readonly kind: 'failed'; readonly error: unknown };

/** The circumstances in which questions are asked. */
export interface AskContext {
  readonly signal?: AbortSignal | undefined;
  /** Whether these are all questions of a round, which may go as a batch. @defaultValue false: they are waited for */
  readonly isRound?: boolean | undefined;
  /** Called with the number of questions that have an outcome, of all that were given. */
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
  /**
   * Called with the number of questions before they are sent once more and may be charged again, in a retry. Throws where no
   * more may be spent.
   */
  readonly onRetry?: ((questions: number) => void) | undefined;
  /** Called with the most that a request may cost, before it is sent. Throws where no more may be spent. */
  readonly onSpend?: ((most: number) => void) | undefined;
}

/**
 * Sends questions to a provider: at once within its limits, or as a batch. It keeps nothing, retries what may be retried,
 * and gives an outcome for each question, in their order. It rejects only for the signal's reason, and for what the
 * listener throws.
 */
export interface ChatSender {
  send(
    questions: readonly ChatQuestion[],
    listener: RequestListener,
    context: AskContext,
  ): Promise<Outcome[]>;
}

/**
 * Gives questions their outcomes: from the journal where they were paid for, else from the provider, each different question
 * once.
 */
export interface Asker {
  ask(questions: readonly ChatQuestion[], context: AskContext): Promise<Outcome[]>;
}
