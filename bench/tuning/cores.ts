import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { logAverage, median } from 'simple-statistics';
import type { Label, Profile } from 'spillway';
import { fitThreads } from 'spillway/threads';
import { atLeast, type Check, leftOut } from '../harness/checks.js';
import type { RunOptions, Workload } from '../harness/harness.js';
import { type TuneWith, tuneOn } from './tuneOn.js';
import { type TuningProblem, tuningWorkloads } from './workloads.js';

/** Tuning on the caller's thread, on one other and on two: times of the same rows and profile, in turn. */
export const cores: Workload = { run };

/** What two threads must gain over the caller's own in the part that fits take. */
const GAIN = 1.5;
const ROUNDS = 5;
const SHARE = { full: 0.25, quick: 0.05 };
/** Rounds of boosted trees. */
const TREES = 100;
/** The caller's own, one other, two. */
const THREADS = [0, 1, 2];
/** Those of the workloads that are measured if nothing else is said. */
const CASES: readonly string[] = ['mail', 'four features', 'twenty columns'];

/** Seconds on the clock of the steps that fit, and of all steps, by the number of threads. */
export interface CoresTimes {
  readonly fitting: readonly number[];
  readonly whole: readonly number[];
  /** Whether the files of all cascades are equal. */
  readonly same: boolean;
}

export interface CoresOptions<Name extends string> {
  readonly seed: number;
  readonly rounds: number;
  /** Numbers of threads; 0 is the caller's own. */
  readonly threads: readonly number[];
  /** Costs of features and models. undefined: those that a first run measures. */
  readonly profile?: Profile<Name>;
}

/** Tunes in turn on several numbers of threads, from the same costs. */
export async function coresTimes<Row, L extends Label, Name extends string>(
  problem: Omit<TuningProblem<Row, L, Name>, 'unseen'>,
  { seed, rounds, threads: counts, profile: given }: CoresOptions<Name>,
): Promise<CoresTimes> {
  const profile = given ?? (await tuneOn(problem, seed)).profile;
  const teams = counts.map((threads) => (threads === 0 ? undefined : fitThreads({ threads })));
  const folder = await mkdtemp(join(tmpdir(), 'spillway-cores-'));
  const digests = new Set<string>();
  const fitting: number[][] = counts.map(() => []);
  const whole: number[][] = counts.map(() => []);
  try {
    for (let round = 0; round < rounds; round++) {
      for (let turn = 0; turn < counts.length; turn++) {
        const which = (round + turn) % counts.length;
        const threads = teams[which];
        const timed = await timedTune(problem, seed, { profile, ...(threads && { threads }) });
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
  problem: Omit<TuningProblem<Row, L, Name>, 'unseen'>,
  seed: number,
  rest: TuneWith<Row, L, Name>,
) {
  const start = performance.now();
  let [from, to] = [start, start];
  const cascade = await tuneOn(problem, seed, {
    ...rest,
    onProgress({ step }) {
      if (step === 'features') from = performance.now();
      if (step === 'full model' || step === 'stages') to = performance.now();
    },
  });
  return { cascade, fitting: (to - from) / 1_000, whole: (performance.now() - start) / 1_000 };
}

/** A check of what two cores take; left out where there is one. */
export function isTwoCores(what: string, check: (what: string) => Check): Check {
  const made = check(what);
  return availableParallelism() >= 2 ? made : leftOut(what, made.goal, 'one core');
}

/** Checks of the first number of threads against the last. */
export function coresChecks(name: string, { fitting, same }: CoresTimes): Check[] {
  const gain = fitting[0] / fitting[fitting.length - 1];
  return [
    isTwoCores(`${name}: time of fits on one core over that on two`, (what) => atLeast(what, gain, GAIN)),
    atLeast(`${name}: the same file on any number of threads`, Number(same), 1),
  ];
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
      return { name, rows: length, ...(await coresTimes(problem, { seed, rounds, threads: THREADS })) };
    });
    lines.push(line);
  }
  const gains = lines.map(({ fitting }) => fitting[0] / fitting[2]);
  const checks = lines.flatMap((line) => coresChecks(line.name, line));
  const table = lines.map(({ name, rows, fitting, whole }, i) => {
    const seconds = (times: readonly number[]) => times.map((time) => time.toFixed(2)).join(', ');
    return (
      `${name}, ${rows} rows: fits ${seconds(fitting)} s on the caller's thread, one other and two (${gains[i].toFixed(2)}x); ` +
      `all of tuning ${seconds(whole)} s (${(whole[0] / whole[2]).toFixed(2)}x)`
    );
  });
  return {
    json: { workload: 'cores', lines, gain: gains.length > 0 ? logAverage(gains) : null, checks },
    table: table.join('\n'),
  };
}
