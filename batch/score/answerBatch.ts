import { SpillwayError } from '../../lib/errors.js';
import type { AnswerColumns, RowBatch } from '../formats/index.js';
import type { BatchModel } from '../model/index.js';

export interface AnswerOptions {
  readonly scores?: boolean;
  /** What a row that can't be answered does: it ends the work, or has its error as a column. @defaultValue 'exit' */
  readonly errors?: 'exit' | 'column';
  readonly signal?: AbortSignal;
}

/** A row that can't be answered. */
export class PoisonRow extends SpillwayError {
  override name = 'PoisonRow';

  constructor(
    /** Among all rows that were read. */
    readonly row: number,
    cause: unknown,
  ) {
    super('POISON', `row ${row}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** Answers the rows of a batch. @throws PoisonRow, where errors are no column */
export async function answerBatch(
  _model: BatchModel,
  _batch: RowBatch,
  _options: AnswerOptions = {},
): Promise<AnswerColumns> {
  throw new SpillwayError('POISON', 'not yet');
}
