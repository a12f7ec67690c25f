import { median } from 'simple-statistics';
import type { BatchTime } from './cost.js';
import type { MeasureOptions, Subject } from './measure.js';

const WARM_UP = 2;
const LEAST_ROUNDS = 5;
const MOST_ROUNDS = 15;

/**
 * What batches of several sizes take, by subject: all subjects in turn, size by size, as they follow each other where rows are
 * served. None finds its memory in the caches because it has just run.
 *
 * @param sizes rows a batch, ascending; a subject that names its own is given no others
 * @param milliseconds after which no round more is begun than the least
 * @returns medians over the rounds
 */
export async function batchTimes(
  subjects: readonly Subject[],
  sizes: readonly number[],
  milliseconds: number,
  { clock, signal }: Pick<MeasureOptions, 'clock' | 'signal'>,
): Promise<BatchTime[][]> {
  const taken = subjects.map(({ sizes: own = sizes }) => own);
  const times = taken.map((own) => own.map((): number[] => []));
  const begin = clock.now();
  const all = [...new Set(taken.flat())].sort((a, b) => a - b);
  for (let round = -WARM_UP; round < MOST_ROUNDS; round++) {
    if (round >= LEAST_ROUNDS && clock.now() - begin > milliseconds) break;
    for (const size of all) {
      for (const [s, subject] of subjects.entries()) {
        const i = taken[s].indexOf(size);
        if (i < 0) continue;
        signal?.throwIfAborted();
        const run = await subject.ready(size, round + WARM_UP);
        const start = clock.now();
        const waiting = run();
        if (waiting instanceof Promise) await waiting;
        if (round >= 0) times[s][i].push((clock.now() - start) * 1000);
      }
    }
  }
  return times.map((of, s) => of.map((each, i) => ({ rows: taken[s][i], time: median(each) })));
}
