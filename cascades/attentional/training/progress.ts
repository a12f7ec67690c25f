import type { TrainingState } from './state.js';

/** What a stage did: a row of the table. */
export interface StageRow {
  /** The first is 1. */
  readonly stage: number;
  readonly weak: number;
  /** Shares of the validation windows before the stage that pass it. */
  readonly hits: number;
  readonly falseAlarms: number;
  /** Windows that it was fitted on. */
  readonly positives: number;
  readonly negatives: number;
  /** Windows by which it was judged. */
  readonly validationPositives: number;
  readonly validationNegatives: number;
  /** Windows visited to find its negatives, and the share that passed the stages before it. */
  readonly visited: number;
  readonly acceptance: number;
}

/** How far training is. */
export interface TrainingProgress {
  /** Looking for negatives, computing features, adding weak learners; or a stage is done. */
  readonly step: 'negatives' | 'features' | 'boosting' | 'stage';
  /** The stage at work, the first is 1; and how many there are at most. */
  readonly stage: number;
  readonly stages: number;
  /** A row for each stage, the last one as far as it is. */
  readonly table: readonly StageRow[];
  /** Seconds so far, and an estimate of those left if all stages are trained, from the second stage on. */
  readonly seconds: number;
  readonly secondsLeft: number | undefined;
  /** With step `stage`: what `resume` goes on from. */
  readonly state: TrainingState | undefined;
}

/**
 * The stages as lines of text.
 *
 * @example
 * stageTable([]); // 'stage  weak    hits  alarms  negatives      visited  acceptance'
 */
export function stageTable(rows: readonly StageRow[]): string {
  const head = ['stage', 'weak', 'hits', 'alarms', 'negatives', 'visited', 'acceptance'];
  const widths = [5, 6, 8, 8, 11, 13, 12];
  const lines = rows.map((row) => [
    String(row.stage),
    String(row.weak),
    row.hits.toFixed(4),
    row.falseAlarms.toFixed(4),
    String(row.negatives),
    String(row.visited),
    row.acceptance.toExponential(2),
  ]);
  return [head, ...lines]
    .map((cells) => cells.map((cell, i) => cell.padStart(widths[i])).join(''))
    .join('\n');
}
