import { createHash } from 'node:crypto';
import type {
  AskContext,
  ChatQuestion,
  ChatReply,
  ChatSender,
  Outcome,
  RequestListener,
} from '../../../llm/models/index.js';

/** A question about a text. */
export function questionOf(text: string, ask = 0, attempt: 0 | 1 = 0): ChatQuestion {
  const key = createHash('sha256').update(text).digest('hex');
  return { key, messages: [{ role: 'user', content: text }], ask, attempt };
}

/** A sender that answers by a function, so many at once, and stops as senders do. */
export class PlainSender implements ChatSender {
  /** Texts, in the order in which they were sent. */
  readonly sent: string[] = [];
  most = 0;
  private under = 0;

  constructor(
    private readonly answer: (question: ChatQuestion, context: AskContext) => ChatReply | Promise<ChatReply>,
    private readonly lanes = 4,
  ) {}

  async send(
    questions: readonly ChatQuestion[],
    listener: RequestListener,
    context: AskContext,
  ): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    let next = 0;
    let stopped: { readonly error: unknown } | undefined;
    const lane = async () => {
      while (next < questions.length && stopped === undefined) {
        const at = next++;
        const question = questions[at];
        try {
          context.signal?.throwIfAborted();
          await listener.sending(question);
        } catch (error) {
          stopped ??= { error };
          return;
        }
        this.sent.push(question.messages[0].content);
        this.most = Math.max(this.most, ++this.under);
        try {
          const reply = await this.answer(question, context);
          await listener.replied(question, reply);
          outcomes[at] = { kind: 'reply', reply };
        } catch (error) {
          await listener.lost(question, error, 'maybe');
          if (context.signal?.aborted) stopped ??= { error: context.signal.reason };
          outcomes[at] = { kind: 'failed', error };
        } finally {
          this.under--;
        }
      }
    };
    await Promise.all(Array.from({ length: this.lanes }, lane));
    if (stopped !== undefined) throw stopped.error;
    return outcomes;
  }
}
