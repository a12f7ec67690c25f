import type { CertificationTable } from '../../cascades/certification/index.js';
import type { Thresholds } from '../../cascades/chain/index.js';
import type { AgreementRow, Answer } from '../../datasets/index.js';

const NEVER = Number.POSITIVE_INFINITY;

interface Drawn {
  readonly rows: readonly AgreementRow[];
  readonly answers: readonly Answer[];
  readonly labels: readonly Answer[];
}

const code = (answer: Answer) => Number(answer === 'yes');

/** One stage, the intended scores of an agreement world, beside its full model. */
export function tableOf({ rows, answers, labels }: Drawn, groups?: Int32Array): CertificationTable {
  const decided = Float64Array.from(rows, ({ cheap }) => Number(cheap > 0));
  const confidence = Float64Array.from(rows, ({ cheap }) => 1 / (1 + Math.exp(-Math.abs(cheap))));
  return {
    // Certification compares answers itself: what a stage's evidence calls a loss is for choosing plans.
    stages: [{ answers: decided, confidence, loss: new Float64Array(rows.length) }],
    full: Float64Array.from(answers, code),
    labels: Float64Array.from(labels, code),
    groups,
    classes: [0, 1],
  };
}

/** One threshold for both classes, from 1 down to .5. */
const LEVELS = Array.from({ length: 101 }, (_, i) => 1 - i / 200);
export const PATH: Thresholds[] = LEVELS.map((level) => [Float64Array.of(level, level)]);

/**
 * For trials: the levels near the one from which on plans truly lose more than `epsilon`, which is where a walk errs. Of the conservative ones
 * every fifth is kept, and of those that are far too aggressive none.
 */
export function trialPath(lossAt: (level: number) => number, epsilon: number) {
  const levels = LEVELS.filter((level, j) => {
    const loss = lossAt(level);
    return loss <= 1.3 * epsilon && (j % 5 === 0 || loss >= epsilon / 3);
  });
  return { levels, path: levels.map((level): Thresholds => [Float64Array.of(level, level)]) };
}

/**
 * A table of one stage that always answers 1, with one confidence a row, so that a plan's threshold says how many of
 * its first rows exit; of those `worse` and `better` say which change for the worse and the better.
 */
export function byHand(
  n: number,
  worse: readonly number[],
  better: readonly number[] = [],
): CertificationTable {
  const full = new Float64Array(n).fill(1);
  const labels = new Float64Array(n).fill(1);
  for (const row of worse) [full[row], labels[row]] = [0, 0];
  for (const row of better) full[row] = 0;
  return {
    stages: [
      {
        answers: new Float64Array(n).fill(1),
        confidence: Float64Array.from({ length: n }, (_, row) => 1 - row / n),
        loss: new Float64Array(n),
      },
    ],
    full,
    labels,
    groups: undefined,
    classes: [0, 1],
  };
}

/** The plan under which the first `rows` rows of a table by hand exit. */
export function exiting(rows: number, n: number): Thresholds {
  return [Float64Array.of(NEVER, rows === 0 ? NEVER : 1 - (rows - 0.5) / n)];
}
