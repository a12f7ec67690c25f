import { UsedRows } from '../../lib/errors.js';
import type { FittedOn } from '../../lib/learn/learners/index.js';

/** A model, or a learner of one that is trained already. */
export interface FittedBefore {
  readonly name: string;
  readonly fittedOn?: FittedOn | undefined;
}

/**
 * Finds rows that models were fitted on before. Such a model is surer of them than of new rows, and right more often,
 * so that a stage agrees with it more often.
 */
export class FittedRows {
  private readonly models: readonly FittedBefore[];
  /** By position. */
  private readonly found = new Map<number, FittedBefore>();

  constructor(models: readonly FittedBefore[]) {
    this.models = models.filter(({ fittedOn }) => fittedOn !== undefined);
  }

  /** @param from position of the first of these rows */
  look(rows: readonly unknown[], from = 0): void {
    for (const model of this.models) {
      rows.forEach((row, at) => {
        if (model.fittedOn?.has(row)) this.found.set(from + at, model);
      });
    }
  }

  /**
   * @param of the number of rows
   * @param counts whether a row may be evidence. @defaultValue all may
   * @param where of which the rows are, before the message
   * @throws UsedRows for rows that were found
   */
  refuse(of: number, counts: (row: number) => boolean = () => true, where = ''): void {
    const rows = Int32Array.from(this.found.keys()).filter(counts).sort();
    if (rows.length === 0) return;
    const names = new Set(Array.from(rows, (row) => `'${this.found.get(row)?.name}'`));
    throw new UsedRows(
      rows,
      of,
      [],
      `${where}were in the training data of the model ${[...names].join(', ')}`,
    );
  }
}
