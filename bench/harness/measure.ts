import { median } from 'simple-statistics';

/**
 * Times several things in turn, once each a round, so that a change of the machine's speed meets all of them. Every
 * round begins with another one: none always follows the same.
 *
 * @param warm run each thing once untimed before it is timed, so that none pays for the garbage and the cold caches that
 *   another has left
 * @returns milliseconds of all rounds, a list for each function
 */
export async function interleave(
  runs: readonly (() => unknown)[],
  rounds: number,
  warm = false,
): Promise<number[][]> {
  const times = runs.map(() => new Array<number>(rounds));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < runs.length; turn++) {
      const which = (round + turn) % runs.length;
      if (warm) await runs[which]();
      const start = performance.now();
      const waiting = runs[which]();
      if (waiting instanceof Promise) await waiting;
      times[which][round] = performance.now() - start;
    }
  }
  return times;
}

/** How fast rows were answered, and two shares of the answers. */
export interface Measurement {
  readonly rowsPerSecond: number;
  readonly accuracy: number;
  readonly disagreement: number;
}

/** How fast rows were answered, and how the answers compare with the full model's and with the truth. */
export function measurement<L>(
  times: readonly number[],
  answers: readonly L[],
  full: readonly L[],
  truth: readonly L[],
): Measurement {
  return {
    rowsPerSecond: (1000 * answers.length) / median(times),
    accuracy: share(answers, (label, i) => label === truth[i]),
    disagreement: share(answers, (label, i) => label !== full[i]),
  };
}

/** The median over rounds of how many times longer the first took than the second. */
export function medianRatio(slow: readonly number[], quick: readonly number[]): number {
  return median(slow.map((time, round) => time / quick[round]));
}

function share<T>(items: readonly T[], holds: (item: T, i: number) => boolean): number {
  return items.filter(holds).length / items.length;
}
