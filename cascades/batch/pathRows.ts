import { exitStage } from '../chain/index.js';
import type { CascadeParts } from '../plan/index.js';
import type { Label } from '../types/index.js';
import { pathOfBatch } from './batchPath.js';

/** What the plans of a path do with rows tuned on, each answered by models that hadn't seen it. */
export interface PathRows {
  /** How many plans there are, from conservative to aggressive. */
  readonly plans: number;
  /** By row: the first plan that lets it out; the number of plans where none does. */
  readonly opens: Int32Array;
  /** By row: the first plan that answers it otherwise than the full model; the number of plans where none does. */
  readonly spoils: Int32Array;
}

/**
 * How a path answers the rows that it was tuned on: what to expect of others before any is asked about. Undefined where
 * there is no path, or a file was loaded without it.
 */
export function pathRowsOf<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
): PathRows | undefined {
  const stages = parts.evidence?.tuning?.stages.map(({ evidence }) => evidence);
  if (stages === undefined || stages.length === 0) return undefined;
  const { path } = pathOfBatch(parts);
  const rows = stages[0].answers.length;
  const opens = new Int32Array(rows).fill(path.length);
  const spoils = new Int32Array(rows).fill(path.length);
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < path.length && spoils[row] === path.length; j++) {
      const s = exitStage(stages, path[j], row);
      if (s === stages.length) continue;
      if (opens[row] === path.length) opens[row] = j;
      if (stages[s].loss[row] > 0) spoils[row] = j;
    }
  }
  return { plans: path.length, opens, spoils };
}
