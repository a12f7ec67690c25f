import type { TrainingState } from './state.js';

/** What a stage did: a row of the table. */
export interface StageRow {
  /** The first is 1. */
  readonly stage: number;
  /** Weak learners. */
  readonly weak: number;
  /** The share of the validation objects that reach the stage and pass it. */
  readonly hits: number;
  /** The share of the validation negatives that reach the stage and pass it. */
  readonly falseAlarms: number;
  /** Objects that it was fitted on. */
  readonly positives: number;
  /** Negative windows that it was fitted on. */
  readonly negatives: number;
  /** Objects by which its threshold was chosen. */
  readonly validationPositives: number;
  /** Negative windows by which its false alarms were counted. */
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
 * @param rows the table of a training
 * @returns a line of headings and a line a stage, aligned, without a line break at the end
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
