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
  /**
   * Milliseconds until the request's message will have been read, expected safely, by what waits to be read.
   *
   * @param octets of the message
   * @param isBegun whether some of it has been read: then it goes before what hasn't
   */
  readingMs(octets: number, isBegun: boolean): number;
  /**
   * Waits until the request's message may be read.
   *
   * @returns undefined where that is now
   */
  toBeRead(octets: number): Promise<void> | undefined;
  /** Whether work that reads the request may run now; otherwise it has to wait for its turn. */
  begin(): boolean;
  /**
   * Runs work that reads the request: at once, or when it is the tenant's turn.
   *
   * @param octets of a message that it reads
   * @returns the work's outcome
   */
  turn<Value>(work: () => Value | Promise<Value>, octets?: number): Value | Promise<Value>;
  /** The message has been read: what that took tells what others will take. */
  wasRead(octets: number): void;
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

  /** When a request came that is noticed now, by the timer. */
  arrival(): number {
    return this.turns.arrival();
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
  /** Octets of the message that was read. */
  private readOctets: number | undefined;
  /** Milliseconds that the work of its turns took so far. */
  private tookMs = 0;
  private readonly took = (ms: number) => {
    this.tookMs += ms;
  };

  constructor(
    private readonly tenant: Tenant,
    private readonly requests: SharedLimit,
    private readonly octets: SharedLimit,
    private readonly turns: ReadingTurns,
  ) {}

  readingMs(octets: number, isBegun: boolean): number {
    const { reader } = this.tenant;
    return this.turns.waitMs(reader, reader.costOf(octets), isBegun);
  }

  toBeRead(octets: number): Promise<void> | undefined {
    const { turns, tenant } = this;
    if (turns.begin()) return undefined;
    const { reader } = tenant;
    const ms = reader.costOf(octets);
    return new Promise((run) => turns.wait(reader, { run, isBegun: false, ms }));
  }

  begin(): boolean {
    return this.turns.begin();
  }

  turn<Value>(work: () => Value | Promise<Value>, octets = 0): Value | Promise<Value> {
    const { turns, tenant } = this;
    if (turns.begin()) return turns.run(tenant.reader, work, this.took);
    return new Promise((resolve, reject) => {
      const run = () => {
        try {
          resolve(work());
        } catch (error) {
          reject(error);
        }
      };
      const ms = octets === 0 ? 0 : tenant.reader.costOf(octets);
      turns.wait(tenant.reader, { run, isBegun: true, ms, took: this.took });
    });
  }

  wasRead(octets: number): void {
    this.readOctets = octets;
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
    if (this.readOctets !== undefined) this.tenant.reader.observe(this.readOctets, this.tookMs);
    this.isHere = false;
    this.requests.give(1);
    this.tenant.requests--;
  }
}
