import { sum } from 'simple-statistics';
import { PriceLimitError } from '../../lib/errors.js';
import type { FeatureSet } from '../../lib/features/define/index.js';
import type { OwnMoney } from '../../lib/learn/learners/index.js';
import type { PricedModel, PricedRequests } from '../scoring/index.js';
import type { Forecast } from '../types/index.js';

/** Sums of many prices differ in their last digits: a limit may be exceeded by this share of it. */
const ROUNDING = 1e-9;

/**
 * Counts the money that is spent on rows, retries of sources included, and stops tuning before the sum exceeds the
 * limit.
 */
export class Spending {
  readonly requests: PricedRequests;
  /** Money for rows with a price. */
  private own = 0;
  /** What models that count their own money had spent before. */
  private readonly before = new Map<OwnMoney, number>();
  private exceeded: PriceLimitError | undefined;

  constructor(
    private readonly limit: number | undefined,
    features: FeatureSet<never>,
  ) {
    // Versions of features aren't among them: they cost no money.
    const prices = new Map(features.names.map((name) => [name, features.get(name).price]));
    this.requests = {
      feature: (name, rows) => this.spend(`feature '${name}'`, rows, prices.get(name)),
      model: (model, rows) => {
        if (model.money === undefined) this.spend(`model '${model.name}'`, rows, model.price);
        else this.look(model, 0);
      },
      money: (model, most) => this.look(model, most),
    };
  }

  /** @throws PriceLimitError if the forecast exceeds the limit: before the first request */
  admit({ price }: Forecast): void {
    if (this.isWithin(price)) return;
    throw new PriceLimitError(
      this.limit ?? 0,
      price,
      'forecast',
      `tuning may cost up to ${amount(price)}, and 'maxPrice' is ${this.limit}: nothing was requested yet. forecast() lists the requests; ` +
        "tune on fewer rows, leave out expensive features, or raise 'maxPrice'",
    );
  }

  /**
   * Runs something. If the limit ended it, throws the limit's error instead of errors that
   * followed.
   */
  async within<Value>(run: () => Promise<Value>): Promise<Value> {
    try {
      return await run();
    } catch (error) {
      throw this.exceeded ?? error;
    }
  }

  /** A model that counts its own money may spend so much more. */
  private look({ name, money }: PricedModel, most: number): void {
    const now = money?.spent();
    if (money === undefined || now === undefined) return;
    if (!this.before.has(money)) this.before.set(money, now);
    const next = this.own + this.counted() + most;
    if (this.isWithin(next)) {
      // Those under way cost less than the most.
      this.exceeded = undefined;
      return;
    }
    this.exceeded = new PriceLimitError(
      this.limit ?? 0,
      next,
      'spent',
      `${amount(next - most)} is spent, and the next question to model '${name}' may cost ${amount(most)}: beyond 'maxPrice', ${this.limit}. ` +
        "What was paid for is in the model's 'journal', if it has one: run again with more, and it isn't asked again",
    );
    throw this.exceeded;
  }

  /** What models that count their own money have spent since. */
  private counted(): number {
    return sum([...this.before].map(([money, before]) => (money.spent() ?? before) - before));
  }

  private spend(what: string, rows: number, price = 0): void {
    if (price === 0) return;
    const spent = this.own + this.counted();
    const next = spent + rows * price;
    if (!this.isWithin(next)) {
      this.exceeded ??= new PriceLimitError(
        this.limit ?? 0,
        next,
        'spent',
        `${amount(spent)} is spent, and ${rows} rows of ${what} more would make it ${amount(next)}, beyond 'maxPrice', ${this.limit}. ` +
          'Requests that failed and were made again are paid each time: see why they fail, or leave room for them',
      );
      throw this.exceeded;
    }
    this.own += rows * price;
  }

  private isWithin(price: number): boolean {
    return this.limit === undefined || price <= this.limit * (1 + ROUNDING);
  }
}

function amount(price: number): string {
  return String(Number(price.toPrecision(6)));
}
