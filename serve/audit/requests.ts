import { type Draws, drawAmong, drawsStart } from '../../cascades/internal.js';
import { OptionError } from '../../lib/errors.js';
import { freshSeed, type Random, random } from '../../lib/stats/index.js';
import type { Timer } from '../../lib/util/timer.js';
import type { RequestRows } from '../requests/index.js';
import { inputOctets } from '../rowOctets.js';
import { rowsAt } from './auditedCascade.js';
import type { ModeAnswers } from './modelAudit.js';

/** Requests of a model as far as they have come: plain data, safe in JSON. */
export interface RequestsState {
  readonly seed: number | string;
  readonly draws: Draws;
  /** Rows of requests that have begun, or may have; and of those that were counted, or withdrawn. */
  readonly begun: number;
  readonly counted: number;
}

/** A request that takes part: it has its place in the order since it began. */
export interface AuditTicket {
  readonly rows: number;
  /** Positions of the drawn rows. */
  readonly drawn: readonly number[];
  /** All rows until it is over, then those that were drawn. */
  request: RequestRows;
  readonly began: number;
  /** Undefined while it isn't over; null: it failed. */
  outcome: ModeAnswers | null | undefined;
}

/**
 * What may be kept of requests that are over and wait for an earlier one, in octets, and how long it is waited for:
 * beyond it, that one counts as failed. Requests under way don't count here, however many they are.
 */
const MOST_HELD = 2 ** 27;
const MOST_HELD_MS = 600_000;
/** Octets of a request beside its rows, and of a row's answer. */
const [REQUEST, ROW] = [512, 10];
/** Drawn rows, about, that are noted as begun before they begin: so seldom is there a note. */
const AHEAD = 16;

const NO_ROWS: RequestRows = { rows: 0, inputs: {} };

/** Requests in the order in which they began. Rows are drawn then, before anything is known about their answers. */
export class AuditRequests {
  private readonly tickets = new Set<AuditTicket>();
  private held = 0;
  private readonly seed: number | string;
  private readonly random: Random;
  private draws: Draws;
  private begun: number;
  private counted: number;
  private noted: number;
  /** Drawn rows of requests that weren't waited for any longer. */
  overdue = 0;

  /**
   * @param rate the probability with which a row is drawn
   * @param note keeps at once how many rows may have begun
   */
  constructor(
    private readonly rate: number,
    private readonly timer: Timer,
    private readonly note: (rows: number) => void,
    before: RequestsState | undefined,
  ) {
    this.seed = before?.seed ?? freshSeed();
    this.random = random(this.seed).fork('requests');
    this.draws = before?.draws ?? drawsStart(this.random, rate);
    this.begun = before?.begun ?? 0;
    this.counted = before?.counted ?? 0;
    this.noted = this.begun;
  }

  get state(): RequestsState {
    const { seed, draws, begun, counted } = this;
    return { seed, draws, begun, counted };
  }

  /**
   * Rows of an earlier process, or of a version that was replaced, of which nothing will be known: a request that
   * failed.
   */
  lost(): AuditTicket | undefined {
    const rows = this.begun - this.counted;
    if (rows === 0) return undefined;
    this.counted = this.begun;
    return { rows, drawn: this.draw(rows), request: NO_ROWS, began: this.timer.now(), outcome: null };
  }

  begin(request: RequestRows): AuditTicket {
    const { rows } = request;
    this.begun += rows;
    if (this.begun > this.noted) {
      this.noted = this.begun + Math.ceil(AHEAD / this.rate);
      this.note(this.noted);
    }
    const drawn = this.draw(rows);
    const ticket = { rows, drawn, request, began: this.timer.now(), outcome: undefined };
    this.tickets.add(ticket);
    return ticket;
  }

  end(ticket: AuditTicket, outcome: ModeAnswers | null): void {
    if (ticket.outcome !== undefined || !this.tickets.has(ticket)) return;
    ticket.outcome = outcome && { ...outcome, scores: new Float64Array() };
    ticket.request =
      outcome === null || ticket.drawn.length === 0 ? NO_ROWS : rowsAt(ticket.request, ticket.drawn);
    this.held += octetsHeld(ticket);
  }

  /** It is as if it hadn't come. */
  withdraw(ticket: AuditTicket): void {
    if (this.tickets.delete(ticket)) this.counted += ticket.rows;
  }

  /** The next one to count, if it is over or was given up. */
  next(): AuditTicket | undefined {
    const [ticket] = this.tickets;
    if (ticket === undefined) return undefined;
    if (ticket.outcome !== undefined) this.held -= octetsHeld(ticket);
    else {
      const isOverdue = this.held > MOST_HELD || this.timer.now() - ticket.began > MOST_HELD_MS;
      if (!isOverdue) return undefined;
      this.overdue += ticket.drawn.length;
      ticket.outcome = null;
    }
    this.tickets.delete(ticket);
    this.counted += ticket.rows;
    return ticket;
  }

  private draw(rows: number): readonly number[] {
    const { positions, draws } = drawAmong(this.draws, rows, this.random, this.rate);
    this.draws = draws;
    return positions;
  }
}

/** @throws OptionError for a state that can't be */
export function checkRequests({ seed, draws, begun, counted }: RequestsState): void {
  const isSeed = typeof seed === 'string' || Number.isFinite(seed);
  const counts = [draws?.drawn, draws?.next, begun, counted];
  if (isSeed && counts.every((count) => count >= 0) && counted <= begun) return;
  throw new OptionError('state.requests', 'expected { seed, draws, begun, counted }, with counts from 0');
}

function octetsHeld({ rows, request, outcome }: AuditTicket): number {
  return REQUEST + (outcome ? ROW * rows : 0) + inputOctets(request);
}
