import type { ProfileOptions } from 'spillway';

type Clock = NonNullable<ProfileOptions<never, string, string>['clock']>;

/** Milliseconds of processor time that this process has used, its threads included. */
function used(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Counts processor time alone: what else runs on the machine isn't counted. For work that never waits. */
export const processorClock: Clock = { now: used, cpu: used };

/**
 * Processor time of several things in turn, each run once untimed before it is timed; every round begins with another one.
 *
 * @returns milliseconds of all rounds, a list for each function
 */
export async function processorTimes(
  runs: readonly (() => Promise<unknown>)[],
  rounds: number,
): Promise<number[][]> {
  const times = runs.map(() => new Array<number>(rounds).fill(0));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < runs.length; turn++) {
      const which = (round + turn) % runs.length;
      await runs[which]();
      const start = used();
      await runs[which]();
      times[which][round] = used() - start;
    }
  }
  return times;
}
