import { Fifo } from '../../lib/util/fifo.js';
import type { Timer } from '../../lib/util/timer.js';
import { type Member, PredictionErrors, RoundRobin, Turn } from '../scheduling/index.js';

/**
 * Milliseconds of reading in one turn of the event loop, at least. A turn accepts one connection, and gives each worker
 * one slice: long turns keep clients waiting where the server doesn't see them, and workers idle.
 */
const TURN_MS = 0.5;
/**
 * Where all else in a turn takes longer, such as refusing many requests, reading gets as much time, but no more than
 * this: what was admitted must go on.
 */
const LONGEST_TURN_MS = 5;

/** Milliseconds that a tenant of weight 1 may read a round while others wait: some small requests. */
const QUANTUM = 0.25;
/** Milliseconds that a tenant may owe for work that began at once: nobody waited then. */
const MOST_DEBT = 50;

/** The share of a turn that is learnt from it. */
const WEIGHT = 1 / 16;
/** Requests in a turn of the event loop after which the next one is watched, too. */
const BUSY = 4;
/** Milliseconds for which a request may have lain unseen, at most. */
const LONGEST_LAG_MS = 100;

/** Milliseconds of reading a request, whatever its size, and an octet, until there is a measurement. */
const [FIXED_MS, OCTET_MS] = [0.05, 5e-6];

/** Work that waits for a tenant's turn. */
export interface ReadingWork {
  run(): void;
  /** Whether its request is being read. */
  readonly isBegun: boolean;
  /** Milliseconds of reading that it, or what it begins, is expected to take. */
  readonly ms: number;
  /** Called with the milliseconds that it took. */
  took?(ms: number): void;
}

interface Waiting {
  readonly work: ReadingWork;
  readonly since: number;
  readonly expectedWaitMs: number;
}

/** A tenant whose requests are read. */
export class ReadingTenant implements Member {
  readonly turn: Turn<ReadingTenant>;
  /** Work on requests that are being read: it goes first, so that what was begun ends. */
  readonly begun = new Fifo<Waiting>();
  /** Requests of which nothing was read yet, first come first served. */
  readonly unread = new Fifo<Waiting>();
  /** Milliseconds of work that wait, by the same. */
  begunMs = 0;
  unreadMs = 0;
  private octetMs = OCTET_MS;

  constructor(weight: number) {
    this.turn = new Turn<ReadingTenant>(this, weight);
  }

  get waitingMs(): number {
    return this.begunMs + this.unreadMs;
  }

  get isRunnable(): boolean {
    return this.begun.length > 0 || this.unread.length > 0;
  }

  /** Milliseconds that reading a message is expected to take. */
  costOf(octets: number): number {
    return FIXED_MS + octets * this.octetMs;
  }

  /** A message was read. Larger ones tell more of what an octet takes. */
  observe(octets: number, ms: number): void {
    const share = (WEIGHT * octets) / (octets + MEASURED);
    this.octetMs += share * (Math.max(0, ms - FIXED_MS) / Math.max(1, octets) - this.octetMs);
  }
}

/** Octets of a message that counts half as a measurement. */
const MEASURED = 4096;

/**
 * Gives the work of reading requests a bounded time of each turn of the event loop. Work runs at once while the turn
 * has time. After that tenants take turns by measured time (deficit round robin), so that a tenant with few requests
 * waits for a turn of the loop, and not for the requests of another. Work that ran at once counts as well.
 */
export class ReadingTurns {
  private readonly turns = new RoundRobin<ReadingTenant>(QUANTUM);
  private readonly errors = new PredictionErrors();
  private readonly active = new Set<ReadingTenant>();
  private waiting = 0;
  /** Until then work runs at once; minus infinity before the first of a turn. */
  private until = Number.NEGATIVE_INFINITY;
  /** Whether the end of this turn of the event loop will be noticed. */
  private isMarked = false;
  /** When the last turn ended, if the loop hasn't rested since. */
  private endedAt: number | undefined;
  /** Requests that came in this turn of the event loop. */
  private came = 0;
  /** The share of its time that the thread reads while work waits. */
  private share = 1 / 2;

  constructor(private readonly timer: Timer) {}

  /**
   * When a request came that is noticed now. Where the loop hasn't rested since its last turn, it may have come at once
   * after that.
   */
  arrival(): number {
    const now = this.timer.now();
    this.came++;
    if (this.endedAt !== undefined) return Math.max(this.endedAt, now - LONGEST_LAG_MS);
    if (this.came === BUSY) this.mark();
    return now;
  }

  /** Whether work may run now. It should do so at once. */
  begin(): boolean {
    if (this.waiting > 0) return false;
    const now = this.timer.now();
    if (this.until > Number.NEGATIVE_INFINITY) return now < this.until;
    this.until = now + TURN_MS;
    this.mark();
    return true;
  }

  /** Runs work that may run now. @returns what it returns */
  run<Value>({ turn }: ReadingTenant, work: () => Value, took: (ms: number) => void): Value {
    const begun = this.timer.now();
    try {
      return work();
    } finally {
      const ms = this.timer.now() - begun;
      took(ms);
      turn.deficit = Math.max(turn.deficit - ms, Math.min(turn.deficit, -MOST_DEBT * turn.weight));
    }
  }

  /** Has work wait for the tenant's turn. */
  wait(reader: ReadingTenant, work: ReadingWork): void {
    const { isBegun, ms } = work;
    const isNew = !reader.isRunnable;
    const expectedWaitMs = this.expectedMs(reader, 0, isBegun);
    (isBegun ? reader.begun : reader.unread).push({ work, since: this.timer.now(), expectedWaitMs });
    if (isBegun) reader.begunMs += ms;
    else reader.unreadMs += ms;
    this.waiting++;
    if (isNew) {
      this.active.add(reader);
      this.turns.activate(reader.turn, true);
    }
    this.mark();
  }

  /**
   * Milliseconds after which work of a tenant that comes now has run, made safe by the errors of former predictions.
   *
   * @param ms that it takes
   * @param isBegun whether its request is being read
   */
  waitMs(reader: ReadingTenant, ms: number, isBegun: boolean): number {
    if (this.waiting === 0) return ms;
    const expected = this.expectedMs(reader, ms, isBegun);
    return expected * this.errors.factor(expected);
  }

  /** By the work before it: the tenant's own, and as much of others' by weight. */
  private expectedMs(reader: ReadingTenant, ms: number, isBegun: boolean): number {
    const own = (isBegun ? reader.begunMs : reader.waitingMs) + ms;
    let all = own;
    for (const other of this.active) {
      if (other !== reader) all += Math.min(other.waitingMs, (own * other.turn.weight) / reader.turn.weight);
    }
    return all / this.share;
  }

  private mark(): void {
    if (this.isMarked) return;
    this.isMarked = true;
    this.timer.after(0, () => this.endTurn());
  }

  private endTurn(): void {
    this.isMarked = false;
    this.until = Number.NEGATIVE_INFINITY;
    const begun = this.timer.now();
    const elseMs = this.endedAt === undefined ? 0 : begun - this.endedAt;
    const isBusy = this.came >= BUSY;
    this.came = 0;
    const hadWork = this.waiting > 0;
    const ended = this.work(begun, Math.min(LONGEST_TURN_MS, Math.max(TURN_MS, elseMs)));
    if (hadWork && this.endedAt !== undefined && ended > this.endedAt) {
      this.share += WEIGHT * ((ended - begun) / (ended - this.endedAt) - this.share);
    }
    this.endedAt = this.waiting > 0 || isBusy ? ended : undefined;
    if (this.endedAt !== undefined) this.mark();
  }

  /** Does work that waits until a time is over. @returns when it ended */
  private work(begun: number, mostMs: number): number {
    let now = begun;
    // What begins now will take its time in this turn or the next ones.
    for (let promisedMs = 0; now - begun + promisedMs < mostMs; ) {
      const reader = this.turns.pick();
      if (reader === undefined) break;
      const next = reader.begun.shift() ?? reader.unread.shift();
      if (next === undefined) break;
      this.taken(reader, next, now);
      const { work } = next;
      work.run();
      const ended = this.timer.now();
      reader.turn.deficit -= ended - now;
      work.took?.(ended - now);
      now = ended;
      if (!work.isBegun) promisedMs += work.ms;
    }
    return now;
  }

  private taken(
    reader: ReadingTenant,
    { work: { isBegun, ms }, since, expectedWaitMs }: Waiting,
    now: number,
  ): void {
    this.waiting--;
    if (isBegun) reader.begunMs -= ms;
    else {
      reader.unreadMs -= ms;
      this.errors.record(expectedWaitMs, now - since, now);
    }
    // Rounding doesn't add up beyond empty lines.
    if (reader.begun.length === 0) reader.begunMs = 0;
    if (reader.unread.length === 0) reader.unreadMs = 0;
    if (!reader.isRunnable) this.active.delete(reader);
  }
}
