import { checkKeys, checkPositive } from '../../lib/check.js';

/** What a tenant may use. */
export interface TenantTerms {
  /** Its share of the cores relative to other tenants' while all have work. @defaultValue 1 */
  readonly weight?: number;
  /** Milliseconds of processor that it may use a second, over all cores. @defaultValue none */
  readonly msPerSecond?: number;
  /** Milliseconds of processor that it may use at once, after a pause. @defaultValue as many as in a second */
  readonly burstMs?: number;
}

/** What tenants may use, beside each other. */
export interface TenantsOptions {
  /** Terms by a tenant's name. */
  readonly tenants?: Readonly<Record<string, TenantTerms>>;
  /** Terms of each tenant that isn't listed. */
  readonly others?: TenantTerms;
}

/** A tenant's weight, and a token bucket of its cost. */
export class TenantAccount {
  readonly weight: number;
  private readonly rate: number;
  private readonly burst: number;
  private tokens: number;

  constructor(
    { weight = 1, msPerSecond = Number.POSITIVE_INFINITY, burstMs = msPerSecond }: TenantTerms,
    private at: number,
  ) {
    this.weight = weight;
    this.rate = msPerSecond / 1000;
    this.burst = burstMs;
    this.tokens = burstMs;
  }

  /** Milliseconds until work of this cost may be taken; 0: now. Work above the burst needs a full bucket. */
  waitFor(costMs: number, now: number): number {
    if (this.rate === Number.POSITIVE_INFINITY) return 0;
    this.fill(now);
    return Math.max(0, (Math.min(costMs, this.burst) - this.tokens) / this.rate);
  }

  /** Takes the cost of work; a negative cost is given back. */
  charge(costMs: number): void {
    if (this.rate < Number.POSITIVE_INFINITY) this.tokens = Math.min(this.burst, this.tokens - costMs);
  }

  /** Whether nothing would change if it were forgotten. */
  isFull(now: number): boolean {
    if (this.rate === Number.POSITIVE_INFINITY) return true;
    this.fill(now);
    return this.tokens === this.burst;
  }

  private fill(now: number): void {
    if (now <= this.at) return;
    this.tokens = Math.min(this.burst, this.tokens + (now - this.at) * this.rate);
    this.at = now;
  }
}

/** Accounts that are kept at least: tokens can name tenants without number. */
const MANY = 1024;

/**
 * The tenants of a server. Several schedulers can share them.
 *
 * @example
 * const tenants = new Tenants({ tenants: { acme: { weight: 2, msPerSecond: 500 } } });
 */
export class Tenants {
  private readonly accounts = new Map<string, TenantAccount>();
  private readonly terms: ReadonlyMap<string, TenantTerms>;
  private readonly others: TenantTerms;
  private limit = MANY;

  /** @throws OptionError for an option that is unknown or out of its range */
  constructor(options: TenantsOptions = {}) {
    checkKeys(options, ['tenants', 'others'], 'tenants.');
    const { tenants = {}, others = {} } = options;
    this.terms = new Map(Object.entries(tenants));
    this.others = others;
    for (const [name, terms] of this.terms) checkTerms(terms, `tenants.${name}.`);
    checkTerms(others, 'others.');
  }

  account(name: string, now: number): TenantAccount {
    const known = this.accounts.get(name);
    if (known !== undefined) return known;
    if (this.accounts.size >= this.limit) {
      for (const [other, account] of this.accounts) if (account.isFull(now)) this.accounts.delete(other);
      this.limit = MANY + 2 * this.accounts.size;
    }
    const account = new TenantAccount(this.terms.get(name) ?? this.others, now);
    this.accounts.set(name, account);
    return account;
  }
}

function checkTerms(terms: TenantTerms, where: string): void {
  checkKeys(terms, ['weight', 'msPerSecond', 'burstMs'], where);
  const { weight, msPerSecond, burstMs } = terms;
  if (weight !== undefined) checkPositive(`${where}weight`, weight);
  if (msPerSecond !== undefined) checkPositive(`${where}msPerSecond`, msPerSecond, 'milliseconds above 0');
  if (burstMs !== undefined) checkPositive(`${where}burstMs`, burstMs, 'milliseconds above 0');
}
