import type { Answers, Label } from '../../cascades/index.js';
import { PoisonRow } from '../../lib/errors.js';
import type { AnswerColumns, RowBatch } from '../formats/index.js';
import type { BatchModel } from '../model/index.js';
import { type RowFaults, settled } from './rowFaults.js';

export interface AnswerOptions {
  readonly scores?: boolean;
  /** What a row that can't be answered does: it ends the work, or has its error as a column. @defaultValue 'exit' */
  readonly errors?: 'exit' | 'column';
  /** What a feature or model does that fails for other reasons than a row: as `predict` takes it. @defaultValue 'throw' */
  readonly onFault?: 'throw' | 'degrade';
  readonly signal?: AbortSignal;
}

/**
 * Answers the rows of a batch.
 *
 * @throws PoisonRow, naming the first row that can't be answered, where errors are no column; what `Cascade.predict`
 *   throws where no row is to blame
 */
export async function answerBatch(
  model: BatchModel,
  batch: RowBatch,
  options: AnswerOptions = {},
): Promise<AnswerColumns> {
  const { scores = false, errors = 'exit', onFault = 'throw', signal } = options;
  const ask = (rows: readonly object[]) => answered(model, rows, { onFault, ...(signal && { signal }) });
  let answers: Answers<Label>;
  let faults: RowFaults = new Map();
  try {
    answers = await ask(batch.rows);
  } catch (error) {
    signal?.throwIfAborted();
    const found = await settled(batch.rows, ask, error, errors === 'exit');
    const [first] = found.faults;
    if (errors === 'exit' && first !== undefined) throw new PoisonRow(batch.from + first[0], first[1]);
    ({ answers, faults } = found);
  }
  const own = onFault === 'throw' ? model.certificate.verdict : answers.verdict;
  return {
    ...columnsOf(answers, own, faults, batch.rows.length),
    ...(scores && { scores: spread(answers.scores, faults, batch.rows.length) }),
    ...(errors === 'column' && { error: batch.rows.map((_, i) => faults.get(i) ?? null) }),
  };
}

async function answered(
  model: BatchModel,
  given: readonly object[],
  options: Parameters<BatchModel['predict']>[1],
): Promise<Answers<Label>> {
  return model.predict(model.rows(given), options);
}

/**
 * Where a failure ends the work, the others' verdict is the certificate's: nothing has failed but rows that are named.
 *
 * @param verdict of rows that aren't degraded
 * @param faults of rows that have no answers
 */
function columnsOf(
  { labels, exits, degraded }: Answers<Label>,
  verdict: string,
  faults: RowFaults,
  rows: number,
): Pick<AnswerColumns, 'label' | 'stage' | 'verdict'> {
  const verdicts = new Array<string>(rows).fill(verdict);
  if (faults.size === 0) {
    for (let i = degraded.indexOf(1); i >= 0; i = degraded.indexOf(1, i + 1)) verdicts[i] = 'degraded';
    return { label: labels, stage: exits, verdict: verdicts };
  }
  const label = new Array<Label | null>(rows);
  const stage = new Uint8Array(rows);
  for (let i = 0, at = 0; i < rows; i++) {
    if (faults.has(i)) {
      label[i] = null;
      verdicts[i] = 'error';
      continue;
    }
    label[i] = labels[at];
    stage[i] = exits[at];
    if (degraded[at] === 1) verdicts[i] = 'degraded';
    at++;
  }
  return { label, stage, verdict: verdicts };
}

/** Scores with room for rows without any: NaN. */
function spread(scores: Float64Array, faults: RowFaults, rows: number): Float64Array {
  if (faults.size === 0) return scores;
  const width = faults.size === rows ? 0 : scores.length / (rows - faults.size);
  const all = new Float64Array(rows * width).fill(Number.NaN);
  for (let i = 0, at = 0; i < rows; i++) {
    if (faults.has(i)) continue;
    all.set(scores.subarray(at, at + width), i * width);
    at += width;
  }
  return all;
}
