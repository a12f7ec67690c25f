import { median, sum } from 'simple-statistics';
import type { Random } from '../stats/index.js';
import { breathe } from '../util/abort.js';
import type { BatchTime } from './cost.js';
import type { MeasureOptions, Subject } from './measure.js';

const WARM_UP = 2;
const LEAST_ROUNDS = 5;
const MOST_ROUNDS = 15;

/** What {@link batchTimes} is measured with. */
export interface BatchTimesOptions extends Pick<MeasureOptions, 'clock' | 'signal'> {
  /** Orders the batches of each round. */
  readonly random: Random;
}

/** Rows that measuring asks a subject for at most. @param sizes rows a batch */
export function mostTimed(sizes: readonly number[]): number {
  return (WARM_UP + MOST_ROUNDS) * sum(sizes);
}

/**
 * Measures what batches of several sizes take. Each round runs every subject once at every size, in a random order:
 * batches of one subject seldom follow each other, so that none finds its memory in the caches because it has just
 * run, and no subject is always the one that runs when the garbage of a large one is collected.
 *
 * @param sizes rows a batch, ascending; a subject that names its own is given no others
 * @param milliseconds after which no round more is begun than the least
 * @returns for each subject the medians over the rounds, in the order of its sizes
 */
export async function batchTimes(
  subjects: readonly Subject[],
  sizes: readonly number[],
  milliseconds: number,
  { clock, signal, random }: BatchTimesOptions,
): Promise<BatchTime[][]> {
  const taken = subjects.map(({ sizes: own = sizes }) => own);
  const times = taken.map((own) => own.map((): number[] => []));
  const begin = clock.now();
  const runs = taken.flatMap((own, s) => own.map((size, i) => ({ s, i, size })));
  const order = Int32Array.from(runs.keys());
  for (let round = -WARM_UP; round < MOST_ROUNDS; round++) {
    if (round >= LEAST_ROUNDS && clock.now() - begin > milliseconds) break;
    random.shuffle(order);
    for (const at of order) {
      const { s, i, size } = runs[at];
      await breathe(signal);
      const run = await subjects[s].ready(size, round + WARM_UP);
      const start = clock.now();
      const waiting = run();
      if (waiting instanceof Promise) await waiting;
      if (round >= 0) times[s][i].push((clock.now() - start) * 1000);
    }
  }
  return times.map((of, s) => of.map((each, i) => ({ rows: taken[s][i], time: median(each) })));
}

/** Runs subjects untimed until their code is compiled: what has never run takes twenty times as long at first. */
export async function warmUp(
  subjects: readonly Subject[],
  sizes: readonly number[],
  { clock, signal }: Pick<MeasureOptions, 'clock' | 'signal'>,
): Promise<void> {
  for (const { ready, sizes: own = sizes } of subjects) {
    const begin = clock.now();
    for (let round = 0; round < COMPILED; round++) {
      // What takes long has long loops, which are compiled while they run.
      if (round >= WARM_UP && clock.now() - begin > WARM) break;
      await breathe(signal);
      await (await ready(own[own.length - 1], round))();
    }
  }
}

/** Milliseconds. */
const WARM = 250;

/** Batches after which V8 has compiled what runs over their rows. */
const COMPILED = 20;
