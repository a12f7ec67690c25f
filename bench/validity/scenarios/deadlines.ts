import { Health } from '../../../cascades/internal.js';
import { DeadlineError } from '../../../lib/errors.js';
import { type Random, random } from '../../../lib/stats/index.js';
import type { Scenario } from './scenario.js';

const EPSILON = 0.05;
const DELTA = 0.05;
/** The share of rows that leave early, and what one of them loses on average: together epsilon. */
const EARLY = 0.45;
const LOSS = EPSILON / EARLY;
const CALLS = 5_000;
/** The one-sided normal limit at delta. */
const LIMIT = 1.645;

/** Callers' deadlines, one call after the other, in milliseconds, and when the full model answers none in time. */
interface Callers {
  deadlineMs(call: number, chance: Random): number;
  isDown(call: number, chance: Random): boolean;
}

const TOOTH = 500;

export const CALLERS = {
  grow: { deadlineMs: (call) => 1.2 * call, isDown: () => true },
  // Up to the longest deadline nothing works; the shortest ones then meet a full model that does.
  sawtooth: {
    deadlineMs: (call) => 1 + 1.2 * (call % TOOTH),
    isDown: (call) => call % TOOTH >= 0.2 * TOOTH,
  },
  vary: {
    deadlineMs: (_, chance) => 1_000 * chance.uniform() ** 4,
    isDown: (call) => call % 50 >= 5,
  },
} satisfies Record<string, Callers>;

/** Whether the answer of a call of one row is outside the promise; that of a lost row is. */
export type Verdicts = (deadlineMs: number, row: 'early' | 'full' | 'lost') => boolean;

/** Losses of the answers called certified: expected of each row, since the world's law is known. */
export function certifiedLoss({ deadlineMs, isDown }: Callers, isOutside: Verdicts, chance: Random) {
  let [lost, certified] = [0, 0];
  const octaves = new Set<number>();
  for (let call = 0; call < CALLS; call++) {
    const deadline = deadlineMs(call, chance);
    octaves.add(Math.floor(Math.log2(Math.max(0.5, deadline))));
    const isEarly = chance.uniform() < EARLY;
    const row = isEarly ? 'early' : isDown(call, chance) ? 'lost' : 'full';
    if (isOutside(deadline, row)) continue;
    certified++;
    if (isEarly) lost += LOSS;
  }
  return { mean: lost / certified, isBroken: lost > EPSILON * (certified + octaves.size) + LIMIT * SPREAD };
}

/** Of the sum of losses less epsilon over all calls, if each began outside a spell. */
const SPREAD = LOSS * Math.sqrt(CALLS * EARLY * (1 - EARLY));

const MISSED = new DeadlineError(0);

/** The library's. */
export function bySpells(): Verdicts {
  const health = new Health(1);
  return (deadlineMs, row) => {
    const begun = health.begin(deadlineMs);
    if (row === 'lost') health.failed(deadlineMs, MISSED);
    return health.isOutside(begun, deadlineMs, {
      hasLost: row === 'lost',
      full: Number(row === 'full'),
      rows: 1,
    });
  };
}

/** A miss concerns calls that wait a millisecond longer at most, and one row of the full model's ends all. */
export function byMillisecond(): Verdicts {
  let enough = 0;
  return (deadlineMs, row) => {
    if (row === 'lost') enough = Math.max(enough, deadlineMs + 1);
    if (row === 'full') enough = Math.min(enough, deadlineMs);
    return row === 'lost' || (row === 'early' && deadlineMs < enough);
  };
}

/** Deadlines that don't follow from the rows, but that fit the outages as badly as they can. */
export const deadlines: Scenario = {
  name: 'certified answers keep epsilon however deadlines grow and swing',
  fault: 'a missed deadline concerns calls that wait at most a millisecond longer',
  delta: DELTA,
  trials: 100,
  quickTrials: 10,
  async trial(seed) {
    // One kind of callers a trial: three chances to break would be three times delta.
    const kinds = Object.values(CALLERS);
    const callers = kinds[seed % kinds.length];
    const isBroken = (verdicts: Verdicts) => certifiedLoss(callers, verdicts, random(seed)).isBroken;
    return { broken: isBroken(bySpells()), faultBroken: isBroken(byMillisecond()) };
  },
};
