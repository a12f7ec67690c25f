import { exitStage, type StageEvidence, type Thresholds } from '../chain/index.js';

/** What the plans of a path do with rows tuned on, each answered by models that hadn't seen it. */
export interface PathRows {
  /** How many plans there are, from conservative to aggressive. */
  readonly plans: number;
  /** By row: the first plan that lets it out; the number of plans where none does. */
  readonly opens: Int32Array;
  /** By row: the first plan that answers it otherwise than the full model; the number of plans where none does. */
  readonly spoils: Int32Array;
}

/** How a path answers the rows that it was tuned on: what to expect of others before any is asked about. */
export function pathRowsOf(path: readonly Thresholds[], stages: readonly StageEvidence[]): PathRows {
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

/** By plan: how many rows have this plan, or one before it, for their first. */
export function countUpTo(plans: number, firsts: Int32Array): number[] {
  const counts = new Array<number>(plans).fill(0);
  for (const first of firsts) if (first < plans) counts[first]++;
  for (let j = 1; j < plans; j++) counts[j] += counts[j - 1];
  return counts;
}
