import type { Block } from '../blocks/index.js';
import type { Model } from '../learners/index.js';
import type { CallMessage, Tally } from '../telemetry/index.js';
import type { Interrupt } from './interrupt.js';
import type { Passing } from './passing.js';
import type { Work } from './pending.js';
import { goOn } from './sums.js';

/** Scores that a model has written, or will have when `waiting` is fulfilled. */
export interface Scoring {
  readonly scores: Float64Array;
  readonly waiting: Promise<void> | undefined;
  /** When the model was called, and when it returned. */
  readonly begun: number;
  readonly back: number;
}

interface For {
  readonly interrupt?: Interrupt | undefined;
  readonly call?: CallMessage | undefined;
}

/** Scores the passing rows with a model over its blocks, in place. */
export function* score(
  model: Model,
  reads: readonly number[],
  passing: Passing,
  interrupt?: Interrupt,
): Work<Float64Array> {
  const scoring = beginScore(model, reads, passing, { interrupt }, undefined);
  return yield* endScore(scoring, passing.rows.length, { interrupt }, undefined);
}

/** Gives a model the passing rows. */
export function beginScore(
  model: Model,
  reads: readonly number[],
  { rows, blocks, sums }: Passing,
  { interrupt, call }: For,
  tally: Tally | undefined,
): Scoring {
  const scores = new Float64Array(rows.length * model.classes);
  const read: Block[] = [];
  for (const feature of reads) {
    const block = blocks.get(feature);
    if (block !== undefined) read.push(block);
  }
  const begun = tally?.now() ?? 0;
  try {
    const waiting = goOn(model, read, sums, scores)
      ? undefined
      : model.score(read, scores, { signal: interrupt?.signal });
    return { scores, waiting: waiting ?? undefined, begun, back: tally?.now() ?? 0 };
  } catch (error) {
    const now = tally?.now() ?? 0;
    tally?.add(rows.length, begun, now, now, call, error);
    throw error;
  }
}

/** Waits for the scores, where they have to be waited for. */
export function* endScore(
  { scores, waiting, begun, back }: Scoring,
  rows: number,
  { interrupt, call }: For,
  tally: Tally | undefined,
): Work<Float64Array> {
  let over = back;
  try {
    if (waiting !== undefined) {
      yield interrupt === undefined ? waiting : interrupt.wait(waiting);
      over = tally?.now() ?? 0;
    }
  } catch (error) {
    tally?.add(rows, begun, back, tally.now(), call, error);
    throw error;
  }
  tally?.add(rows, begun, back, over, call);
  return scores;
}
