import { PriceLimitError } from '../../lib/errors.js';
import type { FeatureSet } from '../../lib/features/index.js';
import type { Requests } from '../scoring/index.js';
import type { Forecast } from '../types/index.js';

/** Sums of many prices differ in their last digits: so much may a limit be exceeded, as a share of it. */
const ROUNDING = 1e-9;

/**
 * Counts the money that is spent on rows, those that sources are asked for again included, and ends it where more than
 * the limit would be.
 */
export class Spending {
  readonly requests: Requests;
  private spent = 0;
  private exceeded: PriceLimitError | undefined;

  constructor(
    private readonly limit: number | undefined,
    features: FeatureSet<never>,
  ) {
    this.requests = {
      feature: (name, rows) => this.spend(`feature '${name}'`, rows, features.get(name).price),
      model: ({ name, price }, rows) => this.spend(`model '${name}'`, rows, price),
    };
  }

  /** @throws PriceLimitError where so much is more than the limit: before anything is asked */
  admit({ price }: Forecast): void {
    if (this.isWithin(price)) return;
    throw new PriceLimitError(
      this.limit ?? 0,
      price,
      'forecast',
      `tuning is to cost ${amount(price)} at most, and 'maxPrice' is ${this.limit}: nothing was asked yet. forecast() says of what; ` +
        "tune on fewer rows, leave out what is dear, or raise 'maxPrice'",
    );
  }

  /** Runs something, and tells what ended it where that was the limit, whatever became of that on its way. */
  async within<Value>(run: () => Promise<Value>): Promise<Value> {
    try {
      return await run();
    } catch (error) {
      throw this.exceeded ?? error;
    }
  }

  private spend(what: string, rows: number, price = 0): void {
    if (price === 0) return;
    const next = this.spent + rows * price;
    if (!this.isWithin(next)) {
      this.exceeded ??= new PriceLimitError(
        this.limit ?? 0,
        next,
        'spent',
        `${amount(this.spent)} is spent, and ${rows} rows of ${what} more would make it ${amount(next)}, beyond 'maxPrice', ${this.limit}. ` +
          'Requests that failed and were made again are paid each time: see why they fail, or leave room for them',
      );
      throw this.exceeded;
    }
    this.spent = next;
  }

  private isWithin(price: number): boolean {
    return this.limit === undefined || price <= this.limit * (1 + ROUNDING);
  }
}

function amount(price: number): string {
  return String(Number(price.toPrecision(6)));
}
