import { sumSimple } from 'simple-statistics';
import type { Random } from '../stats/index.js';
import { breathe } from '../util/abort.js';
import { type Clock, microseconds, type TimedRun, timed } from './clock.js';
import { relativeRange } from './line.js';

/** Something whose cost depends on how many rows it is given. */
export interface Subject {
  readonly name: string;
  readonly price: number;
  /** Rows a batch, ascending. @defaultValue those of the measurement */
  readonly sizes?: readonly number[];
  /**
   * Readies a run over `size` rows, different ones for each `round`, and returns it. Only the run is timed, so
   * what others pay for (a shared transform) is done while readying.
   */
  ready(size: number, round: number): (() => unknown) | Promise<() => unknown>;
}

/** How many rounds a measurement takes. */
export interface RoundsRule {
  /** Rounds that come first and aren't counted. */
  readonly warmUp: number;
  /** Rounds that are counted at least, whatever they take, and at most; long batches run in fewer. */
  readonly least: number;
  readonly most: number;
  /** After so long no round more is begun than the least. */
  readonly milliseconds: number;
  /**
   * A batch that has run in three counted rounds, and for so many milliseconds in all, isn't run again, not even for
   * the least rounds: pauses weigh little in it. @defaultValue every batch runs in every round
   */
  readonly long?: number;
}

/** The rules of our measurements. */
export const ROUNDS = {
  /** What a feature or a model costs. */
  costs: { warmUp: 3, least: 7, most: 20, milliseconds: 2_000, long: 300 },
  /** What batches take of what is served. */
  batches: { warmUp: 1, least: 5, most: 15, milliseconds: 4_000, long: 300 },
  /**
   * Batches after which V8 has compiled what runs over their rows. What takes long has long loops, which are compiled
   * while they run.
   */
  compiled: { warmUp: 0, least: 2, most: 20, milliseconds: 250 },
} as const satisfies Record<string, RoundsRule>;

/** The share of what our measurements take by their rules, where a run may spend so many seconds on all of them. */
export function shareWithin(seconds: number): number {
  const { costs, batches } = ROUNDS;
  return Math.min(1, Math.max(0, (1_000 * seconds) / (costs.milliseconds + batches.milliseconds)));
}

/** Rounds that are counted, however short the time is. */
const FEWEST = 3;

function shortened(rule: RoundsRule, share: number): RoundsRule {
  return {
    ...rule,
    warmUp: Math.ceil(share * rule.warmUp),
    least: Math.min(rule.least, Math.max(FEWEST, Math.ceil(share * rule.least))),
    milliseconds: share * rule.milliseconds,
  };
}

/** The clock of a measurement, who follows it, and how it differs from others. */
export interface RoundsOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((share: number) => void) | undefined;
  /** The share of the rule's rounds and milliseconds that there is time for. @defaultValue 1 */
  readonly share?: number | undefined;
  /**
   * Orders the batches of each round, and lets other work run between two of them. Without it they keep the subjects'
   * order and follow each other at once: other work would take the data of small batches out of the caches.
   */
  readonly random?: Random;
  /** Whether the times so far are enough. @defaultValue when there are as many as the rule wants */
  readonly isEnough?: (times: readonly (readonly (readonly TimedRun[])[])[]) => boolean;
}

/**
 * Times subjects in rounds: each round runs every subject once at every size, so that a change of the machine's speed
 * meets all of them, and none has the caches to itself.
 *
 * @param sizes rows a batch of subjects that don't name their own
 * @returns for each subject, and each of its sizes in their order, the counted rounds
 */
export async function timeRounds(
  subjects: readonly Subject[],
  sizes: readonly number[],
  rule: RoundsRule,
  { clock, signal, onProgress, random, share = 1, isEnough = () => false }: RoundsOptions,
): Promise<TimedRun[][][]> {
  const { warmUp, least, most, milliseconds, long = Number.POSITIVE_INFINITY } = shortened(rule, share);
  const taken = subjects.map(({ sizes: own = sizes }) => own);
  const times = taken.map((own) => own.map((): TimedRun[] => []));
  const runs = taken.flatMap((own, s) => own.map((size, i) => ({ s, i, size })));
  const order = Int32Array.from(runs.keys());
  const begin = clock.now();
  for (let round = -warmUp; round < most; round++) {
    // An abort, and the end of a budget, are heard between rounds at least.
    await breathe(signal);
    random?.shuffle(order);
    for (const at of order) {
      const { s, i, size } = runs[at];
      if (isLong(times[s][i], long)) continue;
      if (random) await breathe(signal);
      const run = await subjects[s].ready(size, round + warmUp);
      const time = await timed(clock, run);
      if (round >= 0) times[s][i].push(time);
    }
    const elapsed = (clock.now() - begin) / milliseconds;
    if (round + 1 >= least && (elapsed > 1 || isEnough(times))) break;
    onProgress?.(Math.min(0.99, Math.max(0, (round + 1) / most, elapsed)));
  }
  return times;
}

/** The counted runs after which a batch may be long: it has this many at the least. */
const RUNS = 3;
/** Times are enough when their median's interval is this tight. */
const TIGHT = 0.03;

function isLong(times: readonly TimedRun[], long: number): boolean {
  return times.length >= RUNS && sumSimple(times.map(({ took }) => took)) >= long;
}

/**
 * Whether the largest batches of all subjects have run enough: each long, or often enough for its median's 95 %
 * interval, from the interquartile range, to be within `TIGHT` of it.
 */
export function isSteady(
  times: readonly (readonly (readonly TimedRun[])[])[],
  { long = Number.POSITIVE_INFINITY }: RoundsRule,
): boolean {
  return times.every((of) => {
    const largest = of[of.length - 1];
    if (isLong(largest, long)) return true;
    const sorted = microseconds(largest).sort((a, b) => a - b);
    return (1.57 * relativeRange(sorted)) / Math.sqrt(sorted.length) < TIGHT;
  });
}
