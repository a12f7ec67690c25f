import { consecutive } from '../../lib/data/blocks/index.js';
import { exitStage, type StageEvidence, type Thresholds } from '../chain/index.js';
import type { UnitSample } from '../holdout/index.js';
import type { Judged } from '../losses/index.js';
import type { Label, Observed } from '../types/index.js';

/** Every stage's and the full model's answer on every certification row. */
export interface CertificationTable extends Judged {
  readonly stages: readonly StageEvidence[];
  /** Group of each row, where the unit is the group. */
  readonly groups: Int32Array | undefined;
  /** Where rows repeat, the samples that a plan must pass, each at the full delta; else all rows are the only one. */
  readonly samples?: readonly UnitSample[] | undefined;
  /** The labels of the classes; none for regression. */
  readonly classes: readonly Label[];
}

/** The rows of a sample, and a plan's answers to them. */
export interface Sampled {
  readonly table: CertificationTable;
  at(answers: Float64Array): Float64Array;
}

/** The samples of a table. The first is of all rows that were drawn for the certificate, whatever they equal. */
export function samplesOf(table: Pick<CertificationTable, 'samples'>): readonly UnitSample[] {
  return table.samples ?? [{}];
}

/** One sample by itself. Units that were seen come last, and have no answers. */
export function sampled(table: CertificationTable, { rows, seen = 0 }: UnitSample): Sampled {
  const { samples: _, ...whole } = table;
  if (rows === undefined && seen === 0) return { table: whole, at: (answers) => answers };
  const where = rows ?? consecutive(0, table.full.length);
  const at = (answers: Float64Array) => {
    const all = new Float64Array(where.length + seen).fill(Number.NaN);
    for (let i = 0; i < where.length; i++) all[i] = answers[where[i]];
    return all;
  };
  const own = tableAt(table, where);
  if (seen === 0) return { table: own, at };
  const { full, second } = table;
  return { table: { ...own, full: at(full), second: second && at(second), lostFrom: where.length }, at };
}

/** The answers and labels of the rows that were drawn for the certificate. */
export function drawnAt(
  { full, labels, second }: Judged,
  samples: readonly UnitSample[] | undefined,
): Judged {
  const drawn = samples?.[0].rows;
  if (drawn === undefined) return { full, labels, second };
  const at = (values: Float64Array) => Float64Array.from(drawn, (row) => values[row]);
  return { full: at(full), labels: labels && at(labels), second: second && at(second) };
}

/** What a stage would answer some of the rows. */
export function evidenceAt({ answers, confidence, loss }: StageEvidence, where: Int32Array): StageEvidence {
  const at = (values: Float64Array) => Float64Array.from(where, (row) => values[row]);
  return { answers: at(answers), confidence: at(confidence), loss: at(loss) };
}

/** The same of some of the rows. */
export function tableAt(table: CertificationTable, where: Int32Array): CertificationTable {
  const at = (values: Float64Array) => Float64Array.from(where, (row) => values[row]);
  return {
    stages: table.stages.map((stage) => evidenceAt(stage, where)),
    full: at(table.full),
    second: table.second && at(table.second),
    labels: table.labels && at(table.labels),
    origin: Int32Array.from(where, (row) => table.origin?.[row] ?? row),
    groups: undefined,
    classes: table.classes,
  };
}

/**
 * What a plan answers each row. Where the full model was asked twice, rows that fall through have its second answer: it
 * is asked anew about rows to come.
 */
export function answersOf(
  thresholds: Thresholds,
  { stages, full, second = full }: Pick<CertificationTable, 'stages' | 'full' | 'second'>,
): Float64Array {
  return second.map((answer, row) => {
    const exit = exitStage(stages, thresholds, row);
    return exit < stages.length ? stages[exit].answers[row] : answer;
  });
}

/**
 * The observation before any row was answered. With classes it also stands for answers that all equal the full
 * model's.
 */
export function unchanged(rows: number, classes: readonly unknown[]): Observed {
  const byClass = classes.map(() => ({ worse: 0, better: 0 }));
  return { rows, changed: 0, worse: 0, better: 0, byClass };
}

export function observe(answers: Float64Array, { full, labels, classes }: CertificationTable): Observed {
  const isRegression = classes.length === 0;
  /** How far an answer is from the truth; of classes, whether it differs. */
  const distance = (answer: number, truth: number) =>
    isRegression ? Math.abs(answer - truth) : Number(answer !== truth);
  const byClass = labels ? classes.map(() => ({ worse: 0, better: 0 })) : [];
  const all = { changed: 0, worse: 0, better: 0 };
  let [difference, error] = [0, 0];
  for (let row = 0; row < answers.length; row++) {
    if (isRegression) {
      difference += Math.abs(answers[row] - full[row]);
      if (labels !== undefined) error += Math.abs(answers[row] - labels[row]);
    }
    if (answers[row] === full[row]) continue;
    all.changed++;
    if (labels === undefined) continue;
    const truth = labels[row];
    const [before, after] = [distance(full[row], truth), distance(answers[row], truth)];
    if (before === after) continue;
    const way = after > before ? 'worse' : 'better';
    all[way]++;
    if (!isRegression) byClass[truth][way]++;
  }
  const rows = answers.length;
  if (!isRegression || rows === 0) return { rows, ...all, byClass };
  return { rows, ...all, byClass, difference: difference / rows, ...(labels && { error: error / rows }) };
}
