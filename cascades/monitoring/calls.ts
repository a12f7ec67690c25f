import { Fifo } from '../../lib/util/fifo.js';
import type { Label } from '../types/index.js';
import type { CallOutcome, DrawOutcome } from './outcome.js';

/** A call that isn't counted yet, in the order in which calls began: plain data. */
export interface HeldCall<L extends Label = Label> {
  /** Rows that it was given. */
  readonly rows: number;
  /** The id of the first of its drawn rows, and their number. */
  readonly first: number;
  readonly drawn: number;
  /** Null until it is over, or given up. */
  readonly outcome: CallOutcome<L> | null;
}

/** A call's place in the order: taken when it begins, before anything is known about its rows. */
export interface Ticket<L extends Label> {
  readonly call: Omit<HeldCall<L>, 'outcome'>;
  outcome: CallOutcome<L> | null;
  /** Milliseconds of the audit's clock. */
  readonly began: number;
}

/** Calls in the order in which they began. One that is over waits here for those before it. */
export class Calls<L extends Label> {
  private readonly tickets = new Fifo<Ticket<L>>();
  /** Calls that are over and not counted, and their drawn rows. */
  private held = 0;

  begin(call: Omit<HeldCall<L>, 'outcome'>, now: number): Ticket<L> {
    const ticket: Ticket<L> = { call, outcome: null, began: now };
    this.tickets.push(ticket);
    return ticket;
  }

  /** @returns whether it was waited for: not where it was given up before */
  end(ticket: Ticket<L>, outcome: CallOutcome<L>): boolean {
    if (ticket.outcome !== null) return false;
    ticket.outcome = outcome;
    this.held += weightOf(outcome);
    return true;
  }

  /** The next call to count, if it has ended. */
  next(): HeldCall<L> | undefined {
    const ticket = this.tickets.first;
    if (ticket === undefined || ticket.outcome === null) return undefined;
    this.tickets.shift();
    this.held -= weightOf(ticket.outcome);
    return { ...ticket.call, outcome: ticket.outcome };
  }

  /**
   * The oldest call where too much waits for it, or for too long. Calls that aren't over wait for themselves: however
   * many are under way, none is given up for that.
   */
  overdue(most: number, now: number, mostMs: number): Ticket<L> | undefined {
    const ticket = this.tickets.first;
    if (ticket === undefined || ticket.outcome !== null) return undefined;
    return this.held >= most || now - ticket.began > mostMs ? ticket : undefined;
  }

  /** A drawn row of a call that is over and isn't counted yet. */
  draw(id: number): DrawOutcome<L> | undefined {
    const ticket = this.tickets.upTo(id, ({ call }) => call.first);
    return ticket?.outcome?.draws?.[id - ticket.call.first];
  }

  toArray(): HeldCall<L>[] {
    return this.tickets.toArray().map(({ call, outcome }) => ({ ...call, outcome }));
  }
}

function weightOf({ draws }: CallOutcome): number {
  return 1 + (draws?.length ?? 0);
}
