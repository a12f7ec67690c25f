import { type DriftState, driftRun, driftStep } from '../../lib/stats/index.js';
import { Fifo } from '../../lib/util/fifo.js';
import type { Label } from '../types/index.js';
import type { AuditedLoss } from './losses.js';
import type { LateLabel } from './outcome.js';

/**
 * A drawn row that waits for its label, or whose label has come before an earlier row's: plain
 * data.
 */
export interface PendingRow<L extends Label = Label> extends LateLabel<L> {
  /** The number of {@link DrawnRow}. */
  readonly id: number;
  /** Rows without a loss that were drawn between the one before it here and this one. */
  readonly run: number;
}

/** Drawn rows, one after another, of whose losses nothing is known: each counts as the least. Plain data. */
export interface MissedRows {
  /** The id of the first row. */
  readonly id: number;
  /** Drawn rows without a loss before the first row. */
  readonly run: number;
  /** The number of consecutive rows. */
  missed: number;
}

/** A drawn row that waits for its label, or rows whose loss will never be known. */
export type PendingDraw<L extends Label = Label> = PendingRow<L> | MissedRows;

/**
 * Drawn rows for the tests that need labels, in the order in which they were drawn: a row whose
 * label has come is counted once those before it are. Rows that lose nothing under any label are
 * only counts here.
 */
export class LabelQueue<L extends Label> {
  private readonly draws = new Fifo<PendingDraw<L>>();
  private zeros: number;

  constructor(draws: readonly PendingDraw<L>[], run: number) {
    for (const draw of draws) this.draws.push({ ...draw });
    this.zeros = run;
  }

  get length(): number {
    return this.draws.length;
  }

  /** Rows without a loss since the last that is here. */
  get run(): number {
    return this.zeros;
  }

  /** A row that has lost nothing. */
  passed(): void {
    this.zeros++;
  }

  missed(id: number, count: number): void {
    const { last } = this.draws;
    if (last !== undefined && 'missed' in last && this.zeros === 0) {
      // While it is the last it may grow, and isn't counted.
      last.missed += count;
      return;
    }
    this.push({ id, run: this.zeros, missed: count });
  }

  waits(id: number, { answer, full, losses }: LateLabel<L>): void {
    this.push({ id, run: this.zeros, answer, full, losses });
  }

  /** A row that waits for its label. */
  find(id: number): PendingRow<L> | undefined {
    const draw = this.draws.upTo(id, (each) => each.id);
    return draw !== undefined && !('missed' in draw) && draw.id === id ? draw : undefined;
  }

  /** The tests after all rows that no earlier row holds up. */
  count(promises: readonly DriftState[], losses: readonly AuditedLoss[]): readonly DriftState[] {
    let after = promises;
    for (let draw = this.draws.first; draw !== undefined; draw = this.draws.first) {
      if ('missed' in draw ? draw === this.draws.last : draw.losses === null) break;
      after = enter(after, draw, losses);
      this.draws.shift();
    }
    return after;
  }

  /** Gives up the label that has been waited for longest: the row counts as the least loss. */
  giveUpFirst(losses: readonly AuditedLoss[]): void {
    const { first } = this.draws;
    if (first !== undefined && !('missed' in first)) first.losses = losses.map(({ least }) => least);
  }

  toArray(): PendingDraw<L>[] {
    return this.draws.toArray().map((draw) => ({ ...draw }));
  }

  private push(draw: PendingDraw<L>): void {
    this.draws.push(draw);
    this.zeros = 0;
  }
}

/** The tests that need labels after a row, or rows that were missed, and those without a loss before. */
function enter<L extends Label>(
  promises: readonly DriftState[],
  draw: PendingDraw<L>,
  losses: readonly AuditedLoss[],
): readonly DriftState[] {
  return promises.map((test, i) => {
    const { awaits, least } = losses[i];
    if (awaits === 'none') return test;
    const calm = driftRun(test, 0, draw.run);
    if ('missed' in draw) return driftRun(calm, least, draw.missed);
    const lost = draw.losses?.[i];
    return lost === null || lost === undefined ? calm : driftStep(calm, lost);
  });
}
