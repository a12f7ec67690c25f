import { mean, quantile } from 'simple-statistics';

/** How long single queries take, on average and by percentiles. Microseconds. */
export interface QueryFigures {
  readonly mean: number;
  readonly p50: number;
  readonly p99: number;
}

/**
 * Asks several pipelines about each row, one row at a time and in turn, each time another one first.
 *
 * @param rounds over all rows, after one that isn't timed
 */
export async function queryFigures<Row>(
  requested: readonly ((row: Row) => Promise<unknown>)[],
  rows: readonly Row[],
  rounds: number,
): Promise<QueryFigures[]> {
  const times: number[][] = requested.map(() => []);
  for (let round = -1; round < rounds; round++) {
    for (let i = 0; i < rows.length; i++) {
      for (let turn = 0; turn < requested.length; turn++) {
        const which = (i + round + 1 + turn) % requested.length;
        const start = performance.now();
        await requested[which](rows[i]);
        if (round >= 0) times[which].push((performance.now() - start) * 1000);
      }
    }
  }
  return times.map((all) => ({
    mean: mean(all),
    p50: quantile(all, 0.5),
    p99: quantile(all, 0.99),
  }));
}
