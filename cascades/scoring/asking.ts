import type { Model, ScoreContext } from '../../lib/learn/learners/index.js';
import { withRow } from '../../lib/run/runtime/index.js';
import type { Tracker } from './tracker.js';

/** The signal and callbacks that a model may observe while it scores. @param ask which time it is asked, from 0 on */
export function scoring(model: Model, { signal, requests }: Tracker, ask?: number): ScoreContext {
  return {
    signal,
    onRetry: requests && ((rows) => requests.model(model, rows)),
    onSpend: requests?.money && ((most) => requests.money?.(model, most)),
    ...(ask !== undefined && { ask }),
  };
}

/** Runs a model; where it blames a row, its error has the position that `origin` has for it. */
export async function blaming<Result>(
  origin: (row: number) => number | undefined,
  run: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw withRow(error, origin);
  }
}
