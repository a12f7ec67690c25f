import { ServerError } from '../../../lib/errors.js';
import { follow, forMany } from '../../../lib/util/abort.js';
import type {
  AskContext,
  ChatQuestion,
  ChatReply,
  ChatSender,
  Outcome,
  RequestListener,
} from '../asking/index.js';
import type { LimitedCalls } from '../limits/index.js';
import { isOfQuestion } from './faults.js';
import type { ChatProvider } from './provider.js';

/** Questions in a row without an answer after which no more are sent: the others would wait for nothing. */
const MOST_LOST = 20;

/** How questions are sent. */
export interface SendingPolicy {
  /** The most at once. */
  readonly concurrent: number;
  /** Tokens that a question and its answer take, about. */
  readonly tokensOf: (question: ChatQuestion) => number;
}

/**
 * Sends questions one by one, many at once, within the provider's limits. Until one was answered the first goes alone: it shows
 * what the server takes, and whether key and address are right. Where no question would be answered the rest isn't sent, and
 * has that error for its outcome.
 */
export class SingleSender implements ChatSender {
  private isAnswered = false;
  private lostInRow = 0;

  constructor(
    private readonly provider: Pick<ChatProvider, 'name' | 'ask'>,
    private readonly calls: LimitedCalls,
    private readonly policy: SendingPolicy,
  ) {}

  async send(
    questions: readonly ChatQuestion[],
    listener: RequestListener,
    context: AskContext,
  ): Promise<Outcome[]> {
    context.signal?.throwIfAborted();
    const sending = new Sending(questions, listener, context);
    const stop = new AbortController();
    forMany(stop.signal);
    const leave = follow(context.signal, stop);
    const work = async (most: number) => {
      for (let n = 0; n < most && sending.goesOn; n++) await this.one(sending, stop.signal);
    };
    try {
      if (!this.isAnswered) await work(1);
      const workers = Math.min(this.policy.concurrent, questions.length);
      await Promise.all(Array.from({ length: workers }, () => work(Number.POSITIVE_INFINITY)));
    } finally {
      leave();
    }
    context.signal?.throwIfAborted();
    return sending.outcomes();
  }

  /** Sends the next question, and keeps its outcome. */
  private async one(sending: Sending, signal: AbortSignal): Promise<void> {
    const { listener } = sending;
    const q = sending.next();
    const question = sending.questions[q];
    let mayBePaid = false;
    const request = {
      model: this.provider.name,
      tokens: this.policy.tokensOf(question),
      send: (own: AbortSignal) => this.provider.ask(question, own),
      sending: () =>
        sending.told(() => {
          if (mayBePaid) sending.context.onRetry?.(1);
          mayBePaid = false;
          return listener.sending(question);
        }),
      lost: (error: unknown, paid: 'no' | 'maybe') => {
        mayBePaid ||= paid === 'maybe';
        return sending.told(() => listener.lost(question, error, paid), true);
      },
    };
    let reply: ChatReply;
    try {
      reply = await this.calls.run(request, signal);
    } catch (error) {
      if (signal.aborted || sending.refusal !== undefined) return;
      sending.keep(q, { kind: 'failed', error });
      if (this.isHopeless(error)) sending.giveUp(error);
      return;
    }
    this.isAnswered = true;
    this.lostInRow = 0;
    try {
      await sending.told(() => listener.replied(question, reply), true);
    } catch {
      return;
    }
    sending.keep(q, { kind: 'reply', reply });
  }

  /** Whether no other question would be answered either. */
  private isHopeless(error: unknown): boolean {
    this.lostInRow++;
    if (this.lostInRow >= MOST_LOST) return true;
    if (isOfQuestion(error)) return false;
    return !this.isAnswered || (error instanceof ServerError && error.reason === 'refused');
  }
}

/** Questions on their way, and what has become of them. */
class Sending {
  /** What the listener threw: it ends all of them. */
  refusal: { readonly error: unknown } | undefined;
  private readonly known: (Outcome | undefined)[] = [];
  private hopeless: { readonly error: unknown } | undefined;
  private taken = 0;
  private done = 0;

  constructor(
    readonly questions: readonly ChatQuestion[],
    readonly listener: RequestListener,
    readonly context: AskContext,
  ) {}

  get goesOn(): boolean {
    const isOver = this.refusal !== undefined || this.hopeless !== undefined || this.context.signal?.aborted;
    return !isOver && this.taken < this.questions.length;
  }

  next(): number {
    return this.taken++;
  }

  /**
   * Tells the listener. What it throws ends all questions; those under way are still heard, since they are paid for.
   *
   * @param always also where it has thrown before
   */
  async told(tell: () => void | Promise<void>, always = false): Promise<void> {
    if (this.refusal !== undefined && !always) throw this.refusal.error;
    try {
      await tell();
    } catch (error) {
      this.refusal ??= { error };
      throw error;
    }
  }

  keep(q: number, outcome: Outcome): void {
    this.known[q] = outcome;
    this.context.onProgress?.(++this.done, this.questions.length);
  }

  giveUp(error: unknown): void {
    this.hopeless ??= { error };
  }

  /** @throws what the listener threw */
  outcomes(): Outcome[] {
    if (this.refusal !== undefined) throw this.refusal.error;
    const error = this.hopeless?.error;
    return this.questions.map((_, q) => this.known[q] ?? { kind: 'failed', error });
  }
}
