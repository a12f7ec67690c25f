import { type DriftState, driftStep } from '../../lib/stats/index.js';
import type { Label } from '../terms/index.js';

/** A drawn row of which a loss depends on its label. */
export interface PendingRow<L extends Label = Label> {
  /** The number of {@link DrawnRow}. */
  readonly id: number;
  readonly answer: L;
  readonly full: L;
  /** Rows without a loss that were drawn between the last one that was left waiting and this one. */
  readonly run: number;
}

/** A test after so many rows without a loss, and then one of this loss. */
export function enter(test: DriftState, run: number, loss: number): DriftState {
  let after = test;
  for (let i = 0; i < run; i++) after = driftStep(after, 0);
  return driftStep(after, loss);
}

/** Keeps the latest `most`. @returns how many there were too many */
export function dropOldest(pending: Map<number, PendingRow<Label>>, most: number): number {
  const excess = Math.max(0, pending.size - most);
  let left = excess;
  for (const id of pending.keys()) {
    if (left-- === 0) break;
    pending.delete(id);
  }
  return excess;
}
