import { OptionError, PriceLimitError } from '../lib/errors.js';

/** What is paid for answers, as whoever sends the requests counts it. */
export interface Payments {
  /** Money spent up to now, on everything that was sent: in earlier runs, too, where a journal has their answers. */
  spent(): number;
  /** The mean of what an answer cost; undefined before the first. @defaultValue by what is spent from now on */
  perRow?(): number | undefined;
  /** Whether requests go at the batch price. @defaultValue false */
  readonly isBatch?: boolean;
  /** What a batch costs of the price of single requests, above 0 and at most 1. @defaultValue 0.5 */
  readonly batchShare?: number;
}

/** The money of one request, for a forecast. */
export interface RowPrice {
  /** Of a row that was asked about. */
  readonly mean: number;
  /** Its standard error: what the rows seen leave open of the mean. */
  readonly error: number;
}

/** Counts what was paid for rows, and stops before more than a limit is spent. */
export class Purse {
  /** Of each request: its rows, and what was paid for it. */
  private readonly paid: { readonly rows: number; readonly money: number }[] = [];
  private counted = 0;

  /**
   * @param price money a row, where nobody counts payments
   * @param limit the most that may be spent
   * @throws OptionError for a limit where nothing has a price
   */
  constructor(
    private readonly payments: Payments | undefined,
    private readonly price: number,
    private readonly limit: number | undefined,
  ) {
    if (limit !== undefined && !this.isPriced) {
      throw new OptionError(
        'maxPrice',
        "limits nothing: the model has no price. Give it a 'price', money a row, or payments by token",
      );
    }
  }

  /** Money that was spent. */
  get spent(): number {
    return this.payments?.spent() ?? this.counted;
  }

  get isPriced(): boolean {
    return this.payments !== undefined || this.price > 0;
  }

  /** What a batch costs of the live price. */
  get batchShare(): number {
    return this.payments?.batchShare ?? 0.5;
  }

  get isBatch(): boolean {
    return this.payments?.isBatch ?? false;
  }

  /** What the next row is expected to cost, at the price that is paid now; zeros before any was asked about. */
  perRow(): RowPrice {
    if (this.payments === undefined) return { mean: this.price, error: 0 };
    // What a journal answered cost nothing now.
    const paid = this.paid.filter(({ money }) => money > 0);
    const rows = paid.reduce((sum, request) => sum + request.rows, 0);
    const own = rows === 0 ? 0 : paid.reduce((sum, { money }) => sum + money, 0) / rows;
    const mean = this.payments.perRow?.() ?? own;
    if (paid.length < 2) return { mean, error: 0 };
    // Of the ratio of sums over requests (Cochran, Sampling Techniques, 1977, section 6.4).
    const residue = paid.reduce((sum, { rows: n, money }) => sum + (money - own * n) ** 2, 0);
    return { mean, error: Math.sqrt((residue * paid.length) / (paid.length - 1)) / rows };
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
    const next = this.spent + (this.payments === undefined ? rows * this.price : 0);
    if (this.limit !== undefined && next > this.limit * (1 + 1e-9)) {
      throw new PriceLimitError(
        this.limit,
        next,
        'spent',
        `${rows} more rows would bring what was spent to ${next.toPrecision(3)}, and 'maxPrice' is ${this.limit}: ` +
          'what was paid for is kept, and the same call with a higher one goes on from it',
      );
    }
    const before = this.spent;
    const value = await request();
    if (this.payments === undefined) this.counted += rows * this.price;
    const money = this.spent - before;
    this.paid.push({ rows, money });
    return { value, money };
  }
}
