import { exitOf, type StageEvidence, type Thresholds } from '../chain/index.js';
import type { Observed } from '../terms/index.js';
import type { Judged } from './losses.js';

/** Every stage's and the full model's answer on every certification row. */
export interface CertificationTable extends Judged {
  readonly stages: readonly StageEvidence[];
  /** Group of each row, where the unit is the group. */
  readonly groups: Int32Array | undefined;
  readonly classes: number;
}

/** What a plan answers each row. */
export function answersOf(thresholds: Thresholds, { stages, full }: CertificationTable): Int32Array {
  return full.map((answer, row) => {
    const exit = exitOf(stages, thresholds, row);
    return exit < stages.length ? stages[exit].decided[row] : answer;
  });
}

/** What is observed where all answers are the full model's, or no row was looked at. */
export function unchanged(rows: number, classes: number): Observed {
  const byClass = Array.from({ length: classes }, () => ({ worse: 0, better: 0 }));
  return { rows, changed: 0, worse: 0, better: 0, byClass };
}

export function observe(answers: Int32Array, { full, labels, classes }: CertificationTable): Observed {
  let changed = 0;
  const byClass = Array.from({ length: classes }, () => ({ worse: 0, better: 0 }));
  for (let row = 0; row < answers.length; row++) {
    if (answers[row] === full[row]) continue;
    changed++;
    if (labels === undefined) continue;
    if (full[row] === labels[row]) byClass[labels[row]].worse++;
    else if (answers[row] === labels[row]) byClass[labels[row]].better++;
  }
  const total = (of: 'worse' | 'better') => byClass.reduce((sum, counts) => sum + counts[of], 0);
  return { rows: answers.length, changed, worse: total('worse'), better: total('better'), byClass };
}
