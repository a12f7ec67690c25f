import { type Block, rowBlock } from '../../data/blocks/index.js';
import type { RowView } from '../../features/define/index.js';
import { type Model, scoreInto } from '../../learn/learners/index.js';
import type { CallMessage, Tally } from '../telemetry/index.js';
import type { ActiveRows } from './activeRows.js';
import { resumeEnsemble } from './ensembleState.js';
import { CallContext, type Interrupt } from './interrupt.js';
import type { Work } from './syncAsync.js';

/** The caller that rows are scored for. */
export interface ScoringCall {
  readonly interrupt?: Interrupt | undefined;
  readonly call?: CallMessage | undefined;
  /** See `ScoreContext.ask`. */
  readonly ask?: number | undefined;
}

/** Scores the active rows of a batch with a model over its blocks, in place. */
export function* score(
  model: Model,
  reads: readonly number[],
  batch: RowView<unknown>,
  { rows, blocks, sums }: ActiveRows,
  { interrupt, call, ask }: ScoringCall = {},
  tally?: Tally,
): Work<Float64Array> {
  const scores = new Float64Array(rows.length * model.classes);
  const read: Block[] = model.readsRows ? [rowBlock(passingRows(batch, rows))] : [];
  for (const feature of reads) {
    const block = blocks.get(feature);
    if (block !== undefined) read.push(block);
  }
  const begun = tally?.now() ?? 0;
  let back: number | undefined;
  try {
    const waiting = resumeEnsemble(model, read, sums, scores)
      ? undefined
      : scoreInto(model, read, scores, new CallContext(interrupt, ask));
    back = tally?.now() ?? 0;
    if (waiting !== undefined) yield interrupt === undefined ? waiting : interrupt.wait(waiting);
    tally?.add(rows.length, begun, back, waiting === undefined ? back : tally.now(), call);
  } catch (error) {
    const over = tally?.now() ?? 0;
    tally?.add(rows.length, begun, back ?? over, over, call, error);
    throw error;
  }
  return scores;
}

function passingRows(batch: RowView<unknown>, rows: Int32Array): readonly unknown[] {
  return rows.length === batch.length ? batch.rows() : batch.select(rows).rows();
}
