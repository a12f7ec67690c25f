import { median } from 'simple-statistics';
import { checkWhole, show } from '../lib/check.js';
import { DataError } from '../lib/errors.js';
import type { ReportMeasured } from '../lib/report/index.js';
import type { Answers, PredictOptions } from './served/index.js';
import type { Label, Plan } from './terms/index.js';

/** What {@link measure} needs of a cascade. */
export interface Measurable<Row, L extends Label> {
  readonly plan: Plan<L>;
  readonly full: {
    predict(rows: readonly Row[], options?: Omit<PredictOptions, 'mode'>): Promise<Answers<L>>;
  };
  predict(rows: readonly Row[], options?: PredictOptions): Promise<Answers<L>>;
}

/** Options of `measure`. */
export interface MeasureOptions {
  /** How often each answers all rows. @defaultValue 5 */
  readonly rounds?: number;
}

/**
 * Answers the same rows with the full pipeline and with the cascade, in turn, from raw rows to labels: what `summary` and
 * `report` show as measured. Each is run once untimed before it is timed, and every round begins with the other one.
 *
 * @param rows that no step has seen, or accuracy and disagreement say little
 * @param labels one a row
 * @param cascade what `tune` or `Cascade.load` gave
 * @returns medians over the rounds; the speedup is the median of the rounds' ratios
 * @throws DataError where there are no rows, or labels of another number; OptionError for rounds that are none
 * @example
 * const measured = await measure(cascade, newMails, newLabels);
 * await writeFile('report.html', await cascade.report({ measured }));
 */
export async function measure<Row, L extends Label>(
  cascade: Measurable<Row, L>,
  rows: readonly Row[],
  labels: readonly L[],
  { rounds = 5 }: MeasureOptions = {},
): Promise<ReportMeasured> {
  checkWhole('rounds', rounds, 1);
  if (rows.length === 0) throw new DataError(`rows: expected at least one, got ${show(rows)}`);
  if (labels.length !== rows.length) {
    throw new DataError(`labels: expected ${rows.length}, one a row, got ${labels.length}`);
  }
  const runs = [() => cascade.full.predict(rows), () => cascade.predict(rows)];
  const times = runs.map(() => new Array<number>(rounds).fill(0));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < 2; turn++) {
      const which = (round + turn) % 2;
      await runs[which]();
      const start = performance.now();
      await runs[which]();
      times[which][round] = performance.now() - start;
    }
  }
  const [whole, own] = [await runs[0](), await runs[1]()];
  const figures = (of: readonly number[], { labels: answers }: Answers<L>) => ({
    rowsPerSecond: (1000 * rows.length) / median(of),
    accuracy: share(answers, labels),
    disagreement: 1 - share(answers, whole.labels),
  });
  return {
    rows: rows.length,
    full: figures(times[0], whole),
    cascade: figures(times[1], own),
    speedup: median(times[0].map((time, round) => time / times[1][round])),
    predictedSpeedup: cascade.plan.expected.speedup,
  };
}

function share<L>(answers: readonly L[], truth: readonly L[]): number {
  return answers.filter((label, row) => label === truth[row]).length / answers.length;
}
