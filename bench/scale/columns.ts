import { median } from 'simple-statistics';
import { atMost } from '../harness/checks.js';
import { interleave, medianRatio } from '../harness/measure.js';
import { runCommand } from './command.js';
import type { Figure, ScaleBench } from './figure.js';

export const COLUMNS = {
  features: 'columns: features over a loop by hand',
  memory: 'columns: peak memory over the table',
  tune: 'columns: tune over tune from typed arrays',
} as const;

/** Rows of the table, and those of them that are tuned on. */
const SIZES = { whole: [1_000_000, 200_000, 2], quick: [20_000, 3_000, 1] } as const;

/** A table of Arrow, 50 columns wide: its features, their memory, and tuning. */
export async function columnsFigure({ quick, program, log }: ScaleBench): Promise<Figure> {
  const [rows, tuned, rounds] = SIZES[quick ? 'quick' : 'whole'];
  const run = async (...args: readonly (string | number)[]) =>
    JSON.parse((await runCommand([...program('columns'), ...args.map(String)])).stdout);
  log(`columns: features of ${rows} rows`);
  const times: { ours: number[]; hand: number[] } = await run('times', rows, quick ? 2 : 7);
  const memory: { grownBytes: number; tableBytes: number } = await run('memory', rows);
  log(`columns: tune on ${tuned} rows, ${rounds} times from the table and from typed arrays`);
  const cpu: number[][] = [[], []];
  const plans = new Set<string>();
  const tunedOn = (kind: 'table' | 'arrays', into: number[]) => async () => {
    const { cpuSeconds, plan }: { cpuSeconds: number; plan: unknown } = await run(kind, tuned);
    into.push(cpuSeconds);
    plans.add(JSON.stringify(plan));
  };
  await interleave([tunedOn('table', cpu[0]), tunedOn('arrays', cpu[1])], rounds);
  if (plans.size > 1) throw new Error('a table and typed arrays of the same numbers gave two plans');
  return {
    json: {
      rows,
      tuned,
      nanosecondsARow: {
        features: (1e6 * median(times.ours)) / rows,
        hand: (1e6 * median(times.hand)) / rows,
      },
      memory,
      tuneSeconds: { table: cpu[0], arrays: cpu[1] },
    },
    checks: [
      atMost(COLUMNS.features, medianRatio(times.ours, times.hand), 1.2),
      atMost(COLUMNS.memory, memory.grownBytes / memory.tableBytes, 1.3),
      atMost(COLUMNS.tune, medianRatio(cpu[0], cpu[1]), 1.1),
    ],
  };
}
