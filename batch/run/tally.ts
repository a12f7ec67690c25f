import type { AnswerColumns } from '../formats/index.js';
import type { RunTotals } from './manifest.js';

/** Counts answers. */
export class AnswerTally {
  private rows = 0;
  private readonly exits: number[];
  private readonly verdicts = new Map<string, number>();

  /** @param stages before the full model */
  constructor(stages: number) {
    this.exits = new Array<number>(stages + 1).fill(0);
  }

  add({ stage, verdict }: Pick<AnswerColumns, 'stage' | 'verdict'>): void {
    this.rows += verdict.length;
    for (let i = 0; i < verdict.length; i++) if (verdict[i] !== 'error') this.exits[stage[i]]++;
    // Verdicts of a batch are alike but for rows that have failed.
    for (let from = 0, i = 1; i <= verdict.length; i++) {
      if (verdict[i] === verdict[from]) continue;
      this.verdicts.set(verdict[from], (this.verdicts.get(verdict[from]) ?? 0) + i - from);
      from = i;
    }
  }

  get totals(): RunTotals {
    const verdict = Object.fromEntries([...this.verdicts].sort(([a], [b]) => (a < b ? -1 : 1)));
    return {
      rows: this.rows,
      exits: [...this.exits],
      degraded: verdict.degraded ?? 0,
      errors: verdict.error ?? 0,
      verdict,
    };
  }
}
