import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { logAverage, median } from 'simple-statistics';
import { type Label, type Profile, tune } from 'spillway';
import { type FitThreads, fitThreads } from 'spillway/threads';
import { atLeast, type Check, leftOut } from '../harness/checks.js';
import type { RunOptions, Workload } from '../harness/harness.js';
import { type TuningProblem, tuningWorkloads } from './workloads.js';

/** Tuning on the caller's thread, on one other and on two: times of the same rows and profile, in turn. */
export const cores: Workload = { run };

/** What two threads must gain over one in the part that fits take. */
const GAIN = 1.5;
const ROUNDS = 5;
const SHARE = { full: 0.25, quick: 0.05 };
/** Rounds of boosted trees. */
const TREES = 100;
/** Those of the workloads that are measured if nothing else is said. */
const CASES: readonly string[] = ['mail', 'four features', 'twenty columns'];

/** Seconds of the steps that fit, and of all steps, by the number of threads: none, one, two. */
export interface CoresTimes {
  readonly fitting: readonly number[];
  readonly whole: readonly number[];
  /** Whether the files of all cascades are equal. */
  readonly same: boolean;
}

const COUNTS = [0, 1, 2];

/**
 * Tunes in turn on the caller's thread, on one other and on two, at the costs that a first run has
 * measured.
 */
export async function coresTimes<Row, L extends Label, Name extends string>(
  { features, rows, labels, full, epsilon }: Omit<TuningProblem<Row, L, Name>, 'unseen'>,
  rounds: number,
): Promise<CoresTimes> {
  const options = {
    features,
    rows,
    labels,
    full,
    bound: { loss: 'disagreement', epsilon, delta: 0.05 },
    seed: 1,
    date: new Date(0),
  } as const;
  const { profile } = await tune(options);
  const teams = COUNTS.map((threads) => (threads === 0 ? undefined : fitThreads({ threads })));
  const folder = await mkdtemp(join(tmpdir(), 'spillway-cores-'));
  const digests = new Set<string>();
  const fitting: number[][] = COUNTS.map(() => []);
  const whole: number[][] = COUNTS.map(() => []);
  try {
    for (let round = 0; round < rounds; round++) {
      for (let turn = 0; turn < COUNTS.length; turn++) {
        const which = (round + turn) % COUNTS.length;
        const timed = await timedTune(options, profile, teams[which]);
        fitting[which].push(timed.fitting);
        whole[which].push(timed.whole);
        const path = join(folder, 'made.cascade');
        await timed.cascade.save(path, { evidence: true });
        digests.add(
          createHash('sha256')
            .update(await readFile(path))
            .digest('hex'),
        );
      }
    }
  } finally {
    await Promise.all(teams.map((threads) => threads?.close()));
    await rm(folder, { recursive: true, force: true });
  }
  return { fitting: fitting.map(median), whole: whole.map(median), same: digests.size === 1 };
}

async function timedTune<Row, L extends Label, Name extends string>(
  options: Parameters<typeof tune<Row, L, Name>>[0],
  profile: Profile<Name>,
  threads: FitThreads | undefined,
) {
  const start = performance.now();
  let [from, to] = [start, start];
  const cascade = await tune<Row, L, Name>({
    ...options,
    profile,
    ...(threads && { threads }),
    onProgress({ step }) {
      if (step === 'features') from = performance.now();
      if (step === 'full model' || step === 'stages') to = performance.now();
    },
  });
  return { cascade, fitting: (to - from) / 1_000, whole: (performance.now() - start) / 1_000 };
}

interface Line extends CoresTimes {
  readonly name: string;
  readonly rows: number;
}

async function run({ seeds, quick, cases, log }: RunOptions) {
  const seed = seeds?.[0] ?? 1;
  const share = quick ? SHARE.quick : SHARE.full;
  const rounds = quick ? 1 : ROUNDS;
  const lines: Line[] = [];
  for (const { name, make } of tuningWorkloads) {
    if (!(cases ?? CASES).includes(name)) continue;
    const line = await make(seed, { share, rounds: TREES }, async (problem): Promise<Line> => {
      const { length } = problem.rows;
      log(`${name}: ${length} rows`);
      return { name, rows: length, ...(await coresTimes(problem, rounds)) };
    });
    lines.push(line);
  }
  const gains = lines.map(({ fitting }) => fitting[1] / fitting[2]);
  const isMeasurable = availableParallelism() >= 2;
  const checks: Check[] = lines.flatMap(({ name, same }, i) => [
    isMeasurable
      ? atLeast(`${name}: fits on one thread over fits on two`, gains[i], GAIN)
      : leftOut(`${name}: fits on one thread over fits on two`, `>= ${GAIN}`, 'one core'),
    atLeast(`${name}: the same file on any number of threads`, Number(same), 1),
  ]);
  const table = lines.map(({ name, rows, fitting, whole }, i) => {
    const seconds = (times: readonly number[]) => times.map((time) => time.toFixed(2)).join(', ');
    return (
      `${name}, ${rows} rows: fits ${seconds(fitting)} s on the caller's thread, one other and two (${gains[i].toFixed(2)}x); ` +
      `all of tuning ${seconds(whole)} s (${(whole[1] / whole[2]).toFixed(2)}x)`
    );
  });
  return {
    json: { workload: 'cores', lines, gain: gains.length > 0 ? logAverage(gains) : null, checks },
    table: table.join('\n'),
  };
}
