import { exitOf, type StageEvidence, type Thresholds } from '../chain/index.js';
import type { Observed } from '../types/index.js';
import type { Judged } from './losses.js';

/** Every stage's and the full model's answer on every certification row. */
export interface CertificationTable extends Judged {
  readonly stages: readonly StageEvidence[];
  /** Group of each row, where the unit is the group. */
  readonly groups: Int32Array | undefined;
  /** Where rows repeat, one row for each draw; all rows are tested, and these alone. */
  readonly draws?: Int32Array | undefined;
  /** 0 for regression. */
  readonly classes: number;
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
    labels: table.labels && at(table.labels),
    origin: Int32Array.from(where, (row) => table.origin?.[row] ?? row),
    groups: undefined,
    classes: table.classes,
  };
}

/** What a plan answers each row. */
export function answersOf(thresholds: Thresholds, { stages, full }: CertificationTable): Float64Array {
  return full.map((answer, row) => {
    const exit = exitOf(stages, thresholds, row);
    return exit < stages.length ? stages[exit].answers[row] : answer;
  });
}

/** What is observed where no row was looked at; of classes also where all answers are the full model's. */
export function unchanged(rows: number, classes: number): Observed {
  const byClass = Array.from({ length: classes }, () => ({ worse: 0, better: 0 }));
  return { rows, changed: 0, worse: 0, better: 0, byClass };
}

export function observe(answers: Float64Array, { full, labels, classes }: CertificationTable): Observed {
  const byClass = Array.from({ length: classes }, () => ({ worse: 0, better: 0 }));
  const all = { changed: 0, worse: 0, better: 0 };
  let [difference, error] = [0, 0];
  for (let row = 0; row < answers.length; row++) {
    if (classes === 0) {
      difference += Math.abs(answers[row] - full[row]);
      if (labels !== undefined) error += Math.abs(answers[row] - labels[row]);
    }
    if (answers[row] === full[row]) continue;
    all.changed++;
    if (labels === undefined) continue;
    const truth = labels[row];
    const [before, after] = [distance(full[row], truth, classes), distance(answers[row], truth, classes)];
    if (before === after) continue;
    const way = after > before ? 'worse' : 'better';
    all[way]++;
    if (classes > 0) byClass[truth][way]++;
  }
  const rows = answers.length;
  if (classes > 0 || rows === 0) return { rows, ...all, byClass };
  return { rows, ...all, byClass, difference: difference / rows, ...(labels && { error: error / rows }) };
}

/** How far an answer is from the truth: of classes, whether it is another. */
function distance(answer: number, truth: number, classes: number): number {
  return classes > 0 ? Number(answer !== truth) : Math.abs(answer - truth);
}
