import { median, sum } from 'simple-statistics';
import type { Random } from '../stats/index.js';
import { microseconds } from './clock.js';
import type { BatchTime } from './cost.js';
import { isSteady, ROUNDS, type RoundsOptions, type Subject, timeRounds } from './rounds.js';

/** What {@link batchTimes} is measured with. */
export type BatchTimesOptions = RoundsOptions & { readonly random: Random };

/** Rows that measuring asks a subject for at most. @param sizes rows a batch */
export function mostTimed(sizes: readonly number[]): number {
  return (ROUNDS.batches.warmUp + ROUNDS.batches.most) * sum(sizes);
}

/**
 * Measures what batches of several sizes take, each round in a random order: batches of one subject seldom follow each
 * other, so that none finds its memory in the caches because it has just run, and no subject is always the one that
 * runs when the garbage of a large one is collected.
 *
 * @param sizes rows a batch, ascending; a subject that names its own is given no others
 * @param milliseconds after which no round more is begun than the least
 * @returns for each subject the medians over the rounds, in the order of its sizes
 */
export async function batchTimes(
  subjects: readonly Subject[],
  sizes: readonly number[],
  milliseconds: number,
  options: BatchTimesOptions,
): Promise<BatchTime[][]> {
  const rule = { ...ROUNDS.batches, milliseconds };
  const isEnough = (times: Parameters<typeof isSteady>[0]) => isSteady(times, rule);
  const times = await timeRounds(subjects, sizes, rule, { ...options, isEnough });
  return times.map((of, s) => {
    const { sizes: own = sizes } = subjects[s];
    return of.map((each, i) => ({ rows: own[i], time: median(microseconds(each)) }));
  });
}

/** Runs subjects untimed until their code is compiled: what has never run takes twenty times as long at first. */
export async function warmUp(
  subjects: readonly Subject[],
  sizes: readonly number[],
  options: BatchTimesOptions,
): Promise<void> {
  for (const subject of subjects) {
    const { sizes: own = sizes } = subject;
    await timeRounds([{ ...subject, sizes: own.slice(-1) }], [], ROUNDS.compiled, options);
  }
}
