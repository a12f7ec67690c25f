import { OptionError, PriceLimitError } from '../lib/errors.js';
import type { OwnMoney } from '../lib/learn/learners/index.js';
import { square } from '../lib/util/math/index.js';

/** Money that was paid for answers, in all runs over a journal. */
export interface PaidSoFar {
  readonly spent: number;
  /** The mean of what an answer cost; undefined before the first. */
  readonly mean: number | undefined;
  /** Whether money is counted at all: without prices nobody can. @defaultValue true */
  readonly isCounted?: boolean | undefined;
}

/** What is paid for answers, as whoever sends the requests counts it: a `chatModel` does. */
export interface Payments {
  account(): PaidSoFar | Promise<PaidSoFar>;
  /**
   * What the answers to rows cost, in this run or an earlier one: a number a row. A second run knows the same prices then, and
   * chooses the same stages. @defaultValue what a request has cost, in equal parts
   *
   * @param ask which time the rows were asked about, from 0 on. @defaultValue 0
   */
  paidFor?(rows: readonly unknown[], ask?: number): readonly number[];
  /** Whether questions go at the batch price, and what that is of the live one. @defaultValue false, 0.5 */
  readonly batchPrice?: { readonly isUsed: boolean; readonly share: number };
}

/** The money of one request, for a forecast. */
export interface RowPrice {
  /** Of a row that was asked about. */
  readonly mean: number;
  /** Its standard error: what the rows seen leave open of the mean. */
  readonly error: number;
}

/** Counts what was paid for rows, and stops before more than a limit is spent. */
export class RowBudget {
  /** Of each request: its rows, and what was paid for it. */
  private readonly paid: { readonly rows: number; readonly money: number }[] = [];
  private counted = 0;
  private known: PaidSoFar = { spent: 0, mean: undefined };

  /**
   * @param price money a row, where nobody counts payments
   * @param limit the most that may be spent
   * @param batch whether requests go at the batch price, and what that is of the live one
   * @param money of a model that counts it request by request: what is under way is looked at, too
   * @throws OptionError for a limit where nothing has a price
   */
  constructor(
    private readonly payments: Payments | undefined,
    private readonly price: number,
    private readonly limit: number | undefined,
    readonly batch: { readonly isUsed: boolean; readonly share: number },
    private readonly money?: OwnMoney,
  ) {
    if (payments === undefined) this.checkLimit();
  }

  /** Money that was spent. */
  get spent(): number {
    return this.isCounted ? this.known.spent : this.counted;
  }

  /** Whether payments are known: a model without prices by token counts none, and may have a price a row all the same. */
  private get isCounted(): boolean {
    const isCounted = this.payments !== undefined && this.known.isCounted !== false;
    return isCounted && (this.known.spent > 0 || this.price === 0);
  }

  /** Looks up what was paid in earlier runs. @throws OptionError for a limit where nothing has a price */
  async open(): Promise<void> {
    if (this.payments === undefined) return;
    this.known = await this.payments.account();
    if (this.known.isCounted === false) this.checkLimit();
  }

  /**
   * Looks whether a single question may be sent, where the model tells of each.
   *
   * @param most money that it may cost
   * @throws PriceLimitError
   */
  admit(most: number): void {
    const now = this.money?.spent();
    if (now === undefined || this.isWithin(now + most)) return;
    throw this.stop(now + most, `the next question may bring what is spent and reserved`);
  }

  /** What the answers to rows cost, whenever that was paid; undefined where it isn't known of each. */
  pricesOf(rows: readonly unknown[], ask = 0): readonly number[] | undefined {
    return this.isCounted ? this.payments?.paidFor?.(rows, ask) : undefined;
  }

  /**
   * What the next row is expected to cost, at the price that is paid now; zeros before any was asked about.
   *
   * @param asked rows that were asked about
   */
  perRow(asked: readonly unknown[]): RowPrice {
    if (!this.isCounted) return { mean: this.price, error: 0 };
    const each = this.pricesOf(asked)?.map((money) => ({ rows: 1, money }));
    // What a journal answered cost nothing now.
    const paid = each ?? this.paid.filter(({ money }) => money > 0);
    const rows = paid.reduce((sum, request) => sum + request.rows, 0);
    const own = rows === 0 ? 0 : paid.reduce((sum, { money }) => sum + money, 0) / rows;
    const mean = each === undefined ? (this.known.mean ?? own) : own;
    if (paid.length < 2) return { mean, error: 0 };
    // Of the ratio of sums over requests (Cochran, Sampling Techniques, 1977, section 6.4).
    const residue = paid.reduce((sum, { rows: n, money }) => sum + square(money - own * n), 0);
    return { mean, error: Math.sqrt((residue * paid.length) / (paid.length - 1)) / rows };
  }

  /** Runs what pays for a whole round before its rows are asked about. @returns the money that was paid */
  async payAhead(round: () => Promise<void>): Promise<number> {
    const before = this.spent;
    try {
      await round();
    } finally {
      await this.open();
    }
    return this.spent - before;
  }

  /**
   * Runs a request.
   *
   * @returns what it gave, and the money that was paid for it
   * @throws PriceLimitError where its rows are expected to exceed the limit: nothing is sent then
   */
  async pay<Value>(
    rows: number,
    request: () => Promise<Value>,
  ): Promise<{ readonly value: Value; readonly money: number }> {
    // Whoever counts payments looks at each request: a journal may answer some of these rows.
    const isByRow = this.payments === undefined || (this.paid.length > 0 && !this.isCounted);
    const next = this.spent + (isByRow ? rows * this.price : 0);
    if (!this.isWithin(next)) throw this.stop(next, `${rows} more rows would bring what was spent`);
    const before = this.spent;
    let value: Value;
    try {
      value = await request();
    } finally {
      // Also of a request that the limit ended on its way.
      await this.open();
    }
    this.counted += rows * this.price;
    const money = this.spent - before;
    this.paid.push({ rows, money });
    return { value, money };
  }

  private isWithin(sum: number): boolean {
    return this.limit === undefined || sum <= this.limit * (1 + 1e-9);
  }

  private stop(sum: number, what: string): PriceLimitError {
    const { limit = 0 } = this;
    return new PriceLimitError(
      limit,
      sum,
      'spent',
      `${what} to ${sum.toPrecision(3)}, and 'maxPrice' is ${limit}: what was paid for is kept, and the same call ` +
        'with a higher one goes on from it',
    );
  }

  private checkLimit(): void {
    if (this.limit === undefined || this.price !== 0) return;
    throw new OptionError(
      'maxPrice',
      "limits nothing: the model has no price. Give it a 'price', money a row, or payments by token",
    );
  }
}
