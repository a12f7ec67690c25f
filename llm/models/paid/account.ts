import type { Journal } from '../journal/index.js';
import type { PriceTable } from '../money/index.js';

/** What was asked of a language model and paid for it: in all runs over its journal. Money is as the prices have it. */
export interface Account {
  /** Different answers that are kept. */
  readonly answers: number;
  /** Requests that were made, batches' lines among them, and those of them that weren't charged. */
  readonly asked: number;
  readonly unpaid: number;
  /** Questions of this process that the journal answered. */
  readonly recalled: number;
  /** Requests whose outcome is unknown: they may have been charged. */
  readonly unknown: number;
  /** Questions under way. */
  readonly underWay: number;
  /** Answers whose server told no usage: their price is the most that it may be. */
  readonly estimated: number;
  /** Damaged lines of the journal that were passed over. */
  readonly dropped: number;
  /** Paid for answers. */
  readonly spent: number;
  /** At most, for requests under way and those whose outcome is unknown. */
  readonly reserved: number;
  /** The mean of what an answer cost; undefined before the first. */
  readonly mean: number | undefined;
  readonly currency: string | undefined;
  /** Whether money is counted: not without `prices`. */
  readonly isCounted: boolean;
}

export function accountOf(
  { state, dropped }: Journal,
  recalled: number,
  prices: PriceTable | undefined,
): Account {
  const { answers, asked, unpaid, unknown, unknownMoney, open, underWay, estimated, spent } = state;
  return {
    answers: answers.size,
    asked,
    unpaid,
    recalled,
    unknown,
    underWay: open.size,
    estimated,
    dropped,
    spent,
    reserved: underWay + unknownMoney,
    mean: answers.size === 0 ? undefined : spent / answers.size,
    currency: prices?.currency,
    isCounted: prices !== undefined,
  };
}
