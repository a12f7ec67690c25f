import { AsyncError, DeadlineError } from '../../lib/errors.js';
import type { Answered, AnsweredOne } from '../../lib/run/runtime/index.js';
import type { HealthStatistics } from '../../lib/run/telemetry/index.js';

/** Counts calls and their outcomes. */
export interface Watch {
  /** To be kept until the call ends. @param patience see {@link longestWait} */
  begin(patience: number): number;
  /** @returns whether the answers are outside the promise */
  ended(begun: number, patience: number, answered: Answered): boolean;
  /** The same of a single row. */
  endedOne(begun: number, patience: number, answered: AnsweredOne): boolean;
  /** Rows were lost, with or without an answer to fall back on. */
  failed(patience: number, error: unknown): void;
  statistics(): HealthStatistics;
  /** Restores the counts as they were at the call; faults that were found remain. */
  pause(): () => void;
}

/** An answer, and whether a fault puts it outside the promise. */
export interface WatchedAnswer<A> {
  readonly answered: A;
  readonly impaired: boolean;
}

/**
 * Whether all parts that a cascade needs work, as far as its calls have shown.
 *
 * While a part fails, rows that don't need it are still answered. They are a selection, with more
 * loss per row than the certificate allows, however they are grouped. So a fault begins a spell in
 * which answers aren't `certified`. The spell ends with a call that began after the last fault,
 * lost no row and had one answered by the full model: that row has met every part on its way.
 * Answers that are all the full model's own lose nothing against it, whatever fails.
 *
 * In a sequence of single rows the row that ends a spell counts as certified in the place of the row that began it.
 * So the certified answers lose no more than the certificate allows of as many rows, and one for each spell that is
 * open, however faults depend on rows (docs/decisions/64).
 *
 * A missed deadline proves nothing about calls with much more patience. So deadlines within a factor of two, an octave,
 * have a spell of their own, which concerns calls with less patience too: there are few octaves, however deadlines
 * grow or swing. Each row ends one spell, or two rows that began spells would have one in their place
 * (docs/decisions/170).
 */
export class Health implements Watch {
  private isDown = false;
  /** A bit for each octave of patience in which a deadline was missed. */
  private late = 0;
  /** Counts of reported faults, and of missed deadlines. */
  private faults = 0;
  private misses = 0;
  private spells = 0;
  private rows = 0;

  /** @param stages of the cascade: exits of the full model's own answers */
  constructor(private readonly stages: number) {}

  begin(patience: number): number {
    return patience === Number.POSITIVE_INFINITY ? this.faults : this.faults + this.misses;
  }

  ended(begun: number, patience: number, { faults, exits }: Answered): boolean {
    if (faults.length === 0 && this.isSteady(begun, patience)) return false;
    for (const { error } of faults) this.failed(patience, error);
    const full = exits.reduce((count, exit) => count + Number(exit === this.stages), 0);
    return this.isOutside(begun, patience, { hasLost: faults.length > 0, full, rows: exits.length });
  }

  endedOne(begun: number, patience: number, { faults, exit }: AnsweredOne): boolean {
    if (faults.length === 0 && this.isSteady(begun, patience)) return false;
    for (const { error } of faults) this.failed(patience, error);
    const full = Number(exit === this.stages);
    return this.isOutside(begun, patience, { hasLost: faults.length > 0, full, rows: 1 });
  }

  failed(patience: number, error: unknown): void {
    // Who waits for ever has missed no deadline: one inside of a feature is the feature's fault.
    if (isImpatience(error) && patience < Number.POSITIVE_INFINITY) {
      if (!this.isLate(patience)) {
        this.spells++;
        this.late |= 1 << octaveOf(patience);
      }
      this.misses++;
    } else {
      if (!this.isDown) this.spells++;
      this.isDown = true;
      this.faults++;
    }
  }

  statistics(): HealthStatistics {
    return { isDegraded: this.isDown && this.stages > 0, spells: this.spells, rows: this.rows };
  }

  pause(): () => void {
    const { spells, rows } = this;
    return () => Object.assign(this, { spells, rows });
  }

  /** Whether calls are in a spell: known before anything is known of their rows. */
  isFailing(patience: number): boolean {
    return this.isDown || this.isLate(patience);
  }

  /** Whether a call that waited as long, within a factor of two, or longer, has missed its deadline. */
  private isLate(patience: number): boolean {
    return patience < Number.POSITIVE_INFINITY && this.late >>> octaveOf(patience) !== 0;
  }

  /** Nothing failed during the call. */
  private isSteady(begun: number, patience: number): boolean {
    return this.begin(patience) === begun && !this.isFailing(patience);
  }

  /**
   * Whether answers are outside the promise, by what became of a call's rows.
   *
   * @param hasLost whether a row was lost
   * @param full the rows that the full model answered
   */
  isOutside(
    begun: number,
    patience: number,
    { hasLost, full, rows }: { readonly hasLost: boolean; readonly full: number; readonly rows: number },
  ): boolean {
    if (!hasLost && this.begin(patience) === begun) {
      for (let row = 0; row < full && this.isFailing(patience); row++) this.endSpell(patience);
      if (!this.isFailing(patience)) return false;
    }
    const isOutside = hasLost || full < rows;
    if (isOutside) this.rows += rows;
    return isOutside;
  }

  /** Ends one of the spells that a call with this patience is in: that which concerns most calls. */
  private endSpell(patience: number): void {
    if (this.isDown) {
      this.isDown = false;
      this.faults++;
      return;
    }
    const longest = 31 - Math.clz32(this.late);
    // Less patience hasn't been shown to do.
    this.late = (this.late & ~(1 << longest)) | ((1 << octaveOf(patience)) >>> 1);
    this.misses++;
  }
}

/**
 * The whole pipeline has no exits, so its answers are never a selection. Its faults still count as
 * the cascade's.
 */
export class WholeHealth implements Watch {
  constructor(private readonly cascade: Health) {}

  begin(): number {
    return 0;
  }

  ended(): boolean {
    return false;
  }

  endedOne(): boolean {
    return false;
  }

  failed(patience: number, error: unknown): void {
    if (!isImpatience(error)) this.cascade.failed(patience, error);
  }

  statistics(): HealthStatistics {
    return this.cascade.statistics();
  }

  pause(): () => void {
    return this.cascade.pause();
  }
}

/** Longer waits are of one octave, in milliseconds: twelve days. */
const LONGEST = 2 ** 30 - 1;

/** Nothing failed, but there was no time for it. */
function isImpatience(error: unknown): boolean {
  return error instanceof DeadlineError || error instanceof AsyncError;
}

/** From 0, for calls that can't wait, to 31: times within a factor of two have the same. */
function octaveOf(patience: number): number {
  return patience < 0 ? 0 : 33 - Math.clz32(Math.min(patience, LONGEST));
}

/** The longest wait of a call, in milliseconds; less than any deadline if it can't wait at all. */
export function longestWait(deadlineMs: number | undefined, atOnce: boolean): number {
  return atOnce ? -1 : (deadlineMs ?? Number.POSITIVE_INFINITY);
}
