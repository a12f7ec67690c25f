import type { Cascade, Label, ReportMeasured } from 'spillway';

const RUNS = 5;

/**
 * Answers the same rows with the full pipeline and with the cascade, in turn, from raw rows to labels.
 *
 * @returns medians over the runs; the speedup is the median of the runs' ratios
 */
export async function measure<Row, L extends Label>(
  cascade: Cascade<Row, L>,
  rows: readonly Row[],
  labels: readonly L[],
): Promise<ReportMeasured> {
  const full: number[] = [];
  const quick: number[] = [];
  let answers = await cascade.full.predict(rows);
  let given = await cascade.predict(rows);
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    answers = await cascade.full.predict(rows);
    const middle = performance.now();
    given = await cascade.predict(rows);
    full.push(middle - start);
    quick.push(performance.now() - middle);
  }
  const accuracy = (answered: readonly L[]) => share(answered, (label, i) => label === labels[i]);
  const perSecond = (times: number[]) => (1000 * rows.length) / median(times);
  return {
    rows: rows.length,
    full: { rowsPerSecond: perSecond(full), accuracy: accuracy(answers.labels), disagreement: 0 },
    cascade: {
      rowsPerSecond: perSecond(quick),
      accuracy: accuracy(given.labels),
      disagreement: share(given.labels, (label, i) => label !== answers.labels[i]),
    },
    speedup: median(full.map((time, run) => time / quick[run])),
    predictedSpeedup: cascade.plan.expected.speedup,
  };
}

function share<T>(items: readonly T[], holds: (item: T, i: number) => boolean): number {
  return items.filter(holds).length / items.length;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
