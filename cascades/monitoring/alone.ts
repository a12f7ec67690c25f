import type { Certificate, Label } from '../types/index.js';
import type { AuditPredictOptions, BatchPredictor, ServedAnswers } from './answers.js';

/** Rows of an audit that are answered again by themselves. */
const FEW = 256;

/**
 * The number of rows that were answered again alone, and of answers that differ from the first.
 * Plain data.
 */
export interface Consistency {
  /** Drawn exits that were answered again by themselves, 0 to 256. */
  readonly rows: number;
  /** Those whose two answers differ. */
  readonly changed: number;
}

/** A row was answered otherwise alone than in its batch, which no row of tuning was. */
export interface ConsistencyAlarm extends Consistency {
  readonly test: 'consistency';
  /**
   * The p-value of 'a row has the same answer in any batch': one row that doesn't refutes it, at
   * any level. Both are 0.
   */
  readonly pValue: number;
  readonly level: number;
}

/** After another row with these two answers. */
export function consistencyStep<L>({ rows, changed }: Consistency, inBatch: L, alone: L): Consistency {
  return { rows: rows + 1, changed: changed + Number(!Object.is(inBatch, alone)) };
}

/**
 * Whether a first difference is evidence: it isn't if features change by nature, or answers changed
 * in tuning.
 */
export function isComparable({ stability }: Certificate): boolean {
  if (stability === undefined) return true;
  const { live, changed, varies = [] } = stability;
  return live.length === 0 && varies.length === 0 && !changed;
}

/**
 * Has a few of the drawn exits answered once more, each by itself: features that depend on the batch, on memory that
 * is shared or on chance show so in service too. One a call, since most calls hold few drawn rows.
 */
export class AnsweredAlone<Row, L extends Label> {
  private found: Consistency = { rows: 0, changed: 0 };

  constructor(
    private readonly cascade: BatchPredictor<Row, L>,
    private readonly certificate: Certificate,
    private readonly onAlarm: (alarm: ConsistencyAlarm) => void,
  ) {}

  get consistency(): Consistency {
    return this.found;
  }

  /** @param position of a drawn exit among the rows; undefined if the call has no such row */
  async compare(
    rows: readonly Row[],
    answers: ServedAnswers<L>,
    position: number | undefined,
    options: AuditPredictOptions,
  ): Promise<void> {
    if (position === undefined || !this.isWanted) return;
    let label: L;
    try {
      [label] = (await this.cascade.predict([rows[position]], options)).labels;
    } catch {
      // An audit must not cost the answers that there are, unless the call was to end.
      options.signal?.throwIfAborted();
      return;
    }
    this.count(answers.labels[position], label);
  }

  private get isWanted(): boolean {
    return this.found.rows < FEW && isComparable(this.certificate);
  }

  private count(inBatch: L, alone: L): void {
    const before = this.found;
    this.found = consistencyStep(before, inBatch, alone);
    if (before.changed === 0 && this.found.changed > 0) {
      this.onAlarm({ test: 'consistency', ...this.found, pValue: 0, level: 0 });
    }
  }
}
