import type { Progress } from 'spillway';
import { atLeast, type Check } from '../harness/checks.js';
import { processorClock } from '../harness/processor.js';

/** What a run took, in seconds. */
export interface Timed<Result> {
  readonly result: Result;
  /** On the clock. */
  readonly seconds: number;
  readonly processor: number;
}

export async function timed<Result>(run: () => Promise<Result>): Promise<Timed<Result>> {
  const [start, work] = [performance.now(), processorClock.now()];
  const result = await run();
  return {
    result,
    seconds: (performance.now() - start) / 1_000,
    processor: (processorClock.now() - work) / 1_000,
  };
}

/** Also the largest factor by which a time that it told was wrong, from a tenth of the run on. */
export interface Watched<Result> extends Timed<Result> {
  readonly told: number;
}

/** Times a run of `tune`, and compares what it tells of its time with what it took. */
export async function watched<Result>(
  run: (onProgress: (progress: Progress) => void) => Promise<Result>,
): Promise<Watched<Result>> {
  const said: { readonly at: number; readonly left: number }[] = [];
  const start = performance.now();
  const took = await timed(() =>
    run(({ remaining }) => {
      if (remaining !== undefined) said.push({ at: (performance.now() - start) / 1_000, left: remaining });
    }),
  );
  return { ...took, told: worstTold(said, took.seconds) };
}

/** 1 where nothing was told. @param seconds of the whole run */
export function worstTold(
  said: readonly { readonly at: number; readonly left: number }[],
  seconds: number,
): number {
  const factors = said
    .filter(({ at }) => at >= seconds / 10)
    .map(({ at, left }) => (at + left) / seconds)
    .map((ratio) => Math.max(ratio, 1 / ratio));
  return Math.max(1, ...factors);
}

/** Over the runs of all cases and seeds. */
export function toldChecks(lines: readonly { readonly told: number }[]): Check[] {
  if (lines.length === 0) return [];
  const within = lines.filter(({ told }) => told <= 2).length;
  return [atLeast('time told, the share of runs within a factor of two', within / lines.length, 0.9)];
}
