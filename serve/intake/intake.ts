import { checkKeys, checkWhole } from '../../lib/check.js';
import { overloaded, type RequestError } from '../../lib/protocol/messages/index.js';
import { systemTimer, type Timer } from '../../lib/util/timer.js';
import { Tenants } from '../scheduling/index.js';
import { SharedLimit } from './shares.js';
import { ReadingTenant, ReadingTurns } from './turns.js';

/** What requests may hold from their headers to their answers. */
export interface IntakeOptions {
  /** Requests of all tenants. @defaultValue 16,384 */
  readonly requests?: number;
  /** Octets of all their messages, as sent and unpacked. @defaultValue 512 MiB */
  readonly octets?: number;
  /** Weights of tenants. @defaultValue equal weights */
  readonly tenants?: Tenants;
  readonly timer?: Timer;
}

/** Milliseconds after which a client may try again, where nothing better is known. */
const RETRY_MS = 1000;

/** Tenants that are kept at least: tokens can name tenants without number. */
const MANY = 1024;

interface Tenant {
  readonly weight: number;
  readonly reader: ReadingTenant;
  requests: number;
  octets: number;
}

/** A request that has arrived, until it is answered. */
export interface IntakePlace {
  /** Whether work that reads the request may run now; otherwise it has to wait for its turn. */
  begin(): boolean;
  /**
   * Runs work that reads the request: at once, or when it is the tenant's turn.
   *
   * @returns the work's outcome
   */
  turn<Value>(work: () => Value | Promise<Value>): Value | Promise<Value>;
  /** Whether there is room for more octets of the request, which are held then. */
  take(octets: number): boolean;
  /** Octets that aren't held any more. */
  give(octets: number): void;
  /** The request is answered, or won't be: all that it holds is free. */
  leave(): void;
}

/**
 * Requests on their way in, by tenant: how many each may have, how much their messages may hold, and whose is read
 * next.
 *
 * @example
 * const place = intake.enter('shop');
 * try {
 *   return await place.turn(() => answer(request));
 * } finally {
 *   place.leave();
 * }
 */
export class Intake {
  private readonly requests: SharedLimit;
  private readonly octets: SharedLimit;
  private readonly turns: ReadingTurns;
  private readonly weights: Tenants;
  private readonly timer: Timer;
  private readonly tenants = new Map<string, Tenant>();
  private limit = MANY;

  /** @throws OptionError */
  constructor(options: IntakeOptions = {}) {
    checkKeys(options, ['requests', 'octets', 'tenants', 'timer']);
    const {
      requests = 16_384,
      octets = 512 * 2 ** 20,
      tenants = new Tenants(),
      timer = systemTimer,
    } = options;
    checkWhole('requests', requests, 1);
    checkWhole('octets', octets, 1);
    this.requests = new SharedLimit(requests);
    this.octets = new SharedLimit(octets);
    this.turns = new ReadingTurns(timer);
    this.weights = tenants;
    this.timer = timer;
  }

  /**
   * A place for a request of a tenant. It must leave.
   *
   * @throws RequestError `overloaded` where the tenant has too many
   */
  enter(name: string): IntakePlace {
    const tenant = this.tenant(name);
    if (!this.requests.take(1, tenant.requests, tenant.weight)) {
      throw overloaded(
        `${this.requests.held} requests are in flight, ${tenant.requests} of them of this tenant: there is no room for another`,
        RETRY_MS,
      );
    }
    tenant.requests++;
    return new Entered(tenant, this.requests, this.octets, this.turns);
  }

  private tenant(name: string): Tenant {
    const known = this.tenants.get(name);
    if (known !== undefined) return known;
    if (this.tenants.size >= this.limit) {
      for (const [other, { requests, reader }] of this.tenants) {
        // In line, it may have work that waits, or time to pay back.
        if (requests === 0 && reader.turn.line === undefined) this.tenants.delete(other);
      }
      this.limit = MANY + 2 * this.tenants.size;
    }
    const { weight } = this.weights.account(name, this.timer.now());
    const tenant: Tenant = { weight, reader: new ReadingTenant(weight), requests: 0, octets: 0 };
    this.tenants.set(name, tenant);
    return tenant;
  }
}

/** Messages that are held leave no room for another. */
export function noRoom(): RequestError {
  return overloaded('the messages of other requests fill the memory for them', RETRY_MS);
}

class Entered implements IntakePlace {
  private held = 0;
  private isHere = true;

  constructor(
    private readonly tenant: Tenant,
    private readonly requests: SharedLimit,
    private readonly octets: SharedLimit,
    private readonly turns: ReadingTurns,
  ) {}

  begin(): boolean {
    return this.turns.begin();
  }

  turn<Value>(work: () => Value | Promise<Value>): Value | Promise<Value> {
    if (this.turns.begin()) return work();
    return new Promise((resolve, reject) => {
      this.turns.wait(this.tenant.reader, () => {
        try {
          resolve(work());
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  take(octets: number): boolean {
    const { tenant } = this;
    if (!this.isHere || !this.octets.take(octets, tenant.octets, tenant.weight)) return false;
    tenant.octets += octets;
    this.held += octets;
    return true;
  }

  give(octets: number): void {
    if (!this.isHere) return;
    this.octets.give(octets);
    this.tenant.octets -= octets;
    this.held -= octets;
  }

  leave(): void {
    if (!this.isHere) return;
    this.give(this.held);
    this.isHere = false;
    this.requests.give(1);
    this.tenant.requests--;
  }
}
