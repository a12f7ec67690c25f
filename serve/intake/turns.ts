import type { Timer } from '../../lib/util/timer.js';
import { type Member, RoundRobin, Turn } from '../scheduling/index.js';

/**
 * Milliseconds of reading in one turn of the event loop. A turn accepts one connection, and gives each worker one
 * slice: long turns keep clients waiting where the server doesn't see them, and workers idle.
 */
const TURN_MS = 0.5;

/** Milliseconds that a tenant of weight 1 may read a round while others wait: some small requests. */
const QUANTUM = 0.25;

/** A tenant whose requests are read. */
export class ReadingTenant implements Member {
  readonly turn: Turn<ReadingTenant>;
  /** Work that waits, first come first served. */
  readonly waiting: (() => void)[] = [];

  constructor(weight: number) {
    this.turn = new Turn<ReadingTenant>(this, weight);
  }

  get isRunnable(): boolean {
    return this.waiting.length > 0;
  }
}

/**
 * Gives the work of reading requests a bounded time of each turn of the event loop. Work runs at once while the turn
 * has time. After that tenants take turns by measured time (deficit round robin), so that a tenant with few requests
 * waits for a turn of the loop, and not for the requests of another.
 */
export class ReadingTurns {
  private readonly turns = new RoundRobin<ReadingTenant>(QUANTUM);
  private waiting = 0;
  /** Until then work runs at once. */
  private until = Number.NEGATIVE_INFINITY;
  /** Whether the end of this turn of the event loop will be noticed. */
  private isMarked = false;

  constructor(private readonly timer: Timer) {}

  /** Whether work may run now. It should do so at once. */
  begin(): boolean {
    if (this.waiting > 0) return false;
    const now = this.timer.now();
    if (now < this.until) return true;
    if (this.isMarked) return false;
    this.until = now + TURN_MS;
    this.mark();
    return true;
  }

  /** Has work wait for the tenant's turn. */
  wait(reader: ReadingTenant, work: () => void): void {
    const isNew = reader.waiting.push(work) === 1;
    this.waiting++;
    if (isNew) this.turns.activate(reader.turn, true);
    this.mark();
  }

  private mark(): void {
    if (this.isMarked) return;
    this.isMarked = true;
    this.timer.after(0, () => this.endTurn());
  }

  private endTurn(): void {
    this.isMarked = false;
    const begun = this.timer.now();
    for (let now = begun; now - begun < TURN_MS; ) {
      const reader = this.turns.pick();
      const work = reader?.waiting.shift();
      if (reader === undefined || work === undefined) return;
      this.waiting--;
      work();
      const ended = this.timer.now();
      reader.turn.deficit -= ended - now;
      now = ended;
    }
    if (this.waiting > 0) this.mark();
  }
}
