import { type DriftState, driftRun, driftStep } from '../../lib/stats/index.js';
import type { Label } from '../types/index.js';
import type { HeldCall } from './calls.js';
import { exitsStep } from './exitDrift.js';
import type { LabelQueue } from './labels.js';
import type { AuditedLoss } from './losses.js';
import type { CallOutcome } from './outcome.js';
import type { Standing } from './state.js';

/**
 * The state of the tests after a call: all calls before it have been counted. Rows for the tests of
 * labels go to `labels`.
 */
export function counted<L extends Label>(
  at: Standing,
  { first, drawn }: Pick<HeldCall, 'first' | 'drawn'>,
  { exits, unknown, draws }: CallOutcome<L>,
  losses: readonly AuditedLoss[],
  labels: LabelQueue<L>,
): Standing {
  const awaits = losses.some((loss) => loss.awaits !== 'none');
  if (awaits) {
    if (draws === null && drawn > 0) labels.missed(first, drawn);
    draws?.forEach(({ missed, late }, i) => {
      if (missed) labels.missed(first + i, 1);
      else if (late !== null) labels.waits(first + i, late);
      else labels.passed();
    });
  }
  const step = (test: DriftState, least: number, lossOf: (draw: number) => number | null) =>
    draws === null ? driftRun(test, least, drawn) : stepAll(test, draws.length, lossOf);
  return {
    ...at,
    promises: losses.map((loss, l) =>
      loss.awaits === 'none'
        ? step(at.promises[l], loss.least, (i) => draws?.[i].losses[l] ?? null)
        : at.promises[l],
    ),
    disagreement: at.disagreement && step(at.disagreement, 0, (i) => draws?.[i].differs ?? null),
    exits: at.exits && exitsStep(at.exits, exits, unknown),
  };
}

function stepAll(test: DriftState, count: number, lossOf: (draw: number) => number | null): DriftState {
  let after = test;
  for (let i = 0; i < count; i++) {
    const loss = lossOf(i);
    if (loss !== null) after = driftStep(after, loss);
  }
  return after;
}
