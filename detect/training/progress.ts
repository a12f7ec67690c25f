import type { HitCount } from './hits.js';
import type { TrainingState } from './state.js';
import type { TrainingWarning } from './warnings.js';

/** What a stage did: a row of the table. */
export interface StageRow {
  /** The first is 1. */
  readonly stage: number;
  /** Weak learners. */
  readonly weak: number;
  /** The share of the test objects that reach the stage and pass it. They chose nothing; null where none reaches it. */
  readonly hits: number | null;
  /** The same of the validation objects, which chose its threshold: at least `hitRate` by itself. */
  readonly validationHits: number;
  /** The share of the validation negatives that reach the stage and pass it. It ended the stage. */
  readonly falseAlarms: number;
  /** Objects that it was fitted on, copies included. */
  readonly positives: number;
  /** Negative windows that it was fitted on. */
  readonly negatives: number;
  /** Objects by which its threshold was chosen. */
  readonly validationPositives: number;
  /** Objects by which its hits were counted. */
  readonly testPositives: number;
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
  /** What to know before it is believed: of its objects, and of the stages that are done. */
  readonly warnings: readonly TrainingWarning[];
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
 * @returns a line of headings and a line a stage, aligned, without a line break at the end; `hits` of so many `tested`
 * @example
 * stageTable([]); // 'stage  weak    hits  tested  alarms  negatives      visited  acceptance'
 */
export function stageTable(rows: readonly StageRow[]): string {
  const head = ['stage', 'weak', 'hits', 'tested', 'alarms', 'negatives', 'visited', 'acceptance'];
  const widths = [5, 6, 8, 8, 8, 11, 13, 12];
  const lines = rows.map((row) => [
    String(row.stage),
    String(row.weak),
    row.hits === null ? '-' : row.hits.toFixed(4),
    String(row.testPositives),
    row.falseAlarms.toFixed(4),
    String(row.negatives),
    String(row.visited),
    row.acceptance.toExponential(2),
  ]);
  return [head, ...lines]
    .map((cells) => cells.map((cell, i) => cell.padStart(widths[i])).join(''))
    .join('\n');
}

/**
 * A training as lines of text: its stages, hits on objects that chose nothing, why it ended, and its warnings.
 *
 * @param trained what `trainDetector` gave
 * @returns lines without a line break at the end
 * @example
 * console.log(trainingSummary(await trainDetector({ positives: faces, negatives: photographs })));
 */
export function trainingSummary(trained: {
  readonly table: readonly StageRow[];
  readonly hits: HitCount;
  readonly message: string;
  readonly warnings: readonly TrainingWarning[];
}): string {
  const { table, hits, message, warnings } = trained;
  const limits = `${hits.lower.toFixed(3)} to ${hits.upper.toFixed(3)} of new ones`;
  return [
    stageTable(table),
    `${hits.passed} of ${hits.objects} test objects pass all stages: ${limits}, 95 % confidence, cut out exactly; ` +
      'in images fewer are found, since windows are moved in steps and boxes grouped',
    `ended: ${message}`,
    ...warnings.map((warning) => `warning: ${warning.message}`),
  ].join('\n');
}
