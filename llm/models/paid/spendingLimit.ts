import { BudgetStop } from '../../../lib/errors.js';
import type { AskContext, ChatMessage, ChatReply } from '../asking/index.js';
import type { Journal, JournalRecord } from '../journal/index.js';
import { moneyOf, mostTokens, type PriceTable } from '../money/index.js';

/** Limits of what may be spent. */
export interface SpendingOptions {
  /** The most that may be spent, in all runs over the journal. It needs `prices`. @defaultValue no limit */
  readonly maxPrice?: number | undefined;
  /** The most tokens of an answer, as the requests say. */
  readonly maxTokens: number;
  /** Tokens of a prompt, by the model's tokenizer, every one of them. @defaultValue at most its bytes: see `mostTokens` */
  readonly tokens?: ((messages: readonly ChatMessage[]) => number) | undefined;
}

/** Sums of many prices differ in their last digits: the limit may be exceeded by this share of it. */
const ROUNDING = 1e-9;

/** Knows what questions cost, and lets no more be spent than there is. */
export class SpendingLimit {
  /** Questions under way that were sent at once. */
  private readonly live = new Set<string>();
  /** Those that wait for the money that these may leave. */
  private waiting: (() => void)[] = [];

  constructor(
    private readonly prices: PriceTable | undefined,
    private readonly options: SpendingOptions,
  ) {}

  /** The most that a question costs. */
  mostOf(messages: readonly ChatMessage[], isBatch = false): number {
    const { prices } = this;
    if (prices === undefined) return 0;
    const input = mostTokens(messages, this.options.tokens);
    const output = this.options.maxTokens;
    // Nobody says that what a cache has is the cheaper.
    return Math.max(...[0, input].map((cached) => moneyOf(prices, { input, cached, output }, isBatch)));
  }

  /** What a reply cost; at most, where its server told no usage. */
  paidFor(
    { usage, isBatch }: ChatReply,
    most: number,
  ): { readonly paid: number; readonly isEstimate?: true } {
    if (this.prices === undefined) return { paid: 0 };
    return usage ? { paid: moneyOf(this.prices, usage, isBatch) } : { paid: most, isEstimate: true };
  }

  /**
   * Enters a question before it is sent, once there is money for it. Where those under way may leave enough, it waits for
   * them: they cost less than is reserved. A batch isn't waited for, nor does one wait.
   *
   * @throws BudgetStop, and what `onSpend` throws
   */
  async reserve(
    journal: Journal,
    record: Extract<JournalRecord, { readonly kind: 'asked' }>,
    onSpend: AskContext['onSpend'],
  ): Promise<void> {
    const isBatch = record.batch !== undefined;
    for (;;) {
      const refusal = this.refusal(journal, record.most, onSpend);
      if (refusal === undefined) break;
      if (isBatch || this.live.size === 0) throw refusal;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    // Entered in the same breath: what is awaited between would let another have the same money.
    if (!isBatch) this.live.add(record.id);
    await journal.keep(record, false);
  }

  /** A question isn't under way any more: those that wait for money look again. */
  over(id: string): void {
    this.live.delete(id);
    for (const each of this.waiting.splice(0)) each();
  }

  /** @param next the most that the next question costs. @param left questions of a call without an answer */
  stop({ state }: Journal, next: number, left: number): BudgetStop {
    const { spent, underWay, unknownMoney, answers } = state;
    const facts = { next, spent, reserved: underWay + unknownMoney, asked: answers.size, left };
    return new BudgetStop(this.options.maxPrice ?? 0, facts, this.prices?.currency);
  }

  private refusal(journal: Journal, most: number, onSpend: AskContext['onSpend']): unknown {
    const { spent, underWay, unknownMoney } = journal.state;
    const { maxPrice = Number.POSITIVE_INFINITY } = this.options;
    if (spent + unknownMoney + underWay + most > maxPrice * (1 + ROUNDING))
      return this.stop(journal, most, 0);
    try {
      onSpend?.(most);
    } catch (error) {
      return error;
    }
    return undefined;
  }
}
