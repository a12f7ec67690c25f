import { atLeast, atMost, type Check } from '../harness/checks.js';
import type { ForecastFigures } from './forecasts.js';
import type { KeptCost } from './keptCost.js';
import type { RunFigures } from './runs.js';
import type { SpendFigures } from './spend.js';
import type { StormFigures } from './storm.js';
import { percent } from './tables.js';
import { brokenAtLeast, FAULTS, type TrialFigures } from './trials.js';
import type { TunedFigures } from './tuned.js';

/** What figures are to be. */

export const EPSILONS = [0.05, 0.1];
export const DELTA = 0.05;
/** An epsilon at which it is open whether a table is certified; nearly all rows are asked about there, so it takes long. */
export const CLOSE = 0.02;
/** BARGAIN's calls over ours, at least. */
const GAIN: Readonly<Record<number, number>> = { 0.05: 1.15, 0.1: 1.3 };

export function trialChecks(trials: readonly TrialFigures[]): Check[] {
  if (trials.length === 0) return [];
  return [
    ...EPSILONS.map((epsilon) => {
      const own = trials.filter((each) => each.epsilon === epsilon).map(({ methods }) => methods.ours);
      const draws = own.reduce((sum, each) => sum + each.draws, 0);
      return atMost(
        `promises of ${percent(epsilon)} broken in ${draws} shuffles, lower limit at 95 %`,
        brokenAtLeast(own),
        DELTA,
      );
    }),
    ...FAULTS.map((fault) => ({
      ...atLeast(
        `the same of a planted fault, ${fault}: above delta`,
        brokenAtLeast(trials.map(({ methods }) => methods[fault])),
        DELTA,
      ),
    })),
  ];
}

export function runChecks(runs: readonly RunFigures[]): Check[] {
  if (runs.length === 0) return [];
  return [
    ...runs.map(({ corpus, epsilon, methods: { ours, bargain } }) =>
      atLeast(
        `${corpus}: calls after training at ${percent(epsilon)}, BARGAIN's over ours`,
        bargain.calls / ours.calls,
        GAIN[epsilon],
      ),
    ),
    atMost(
      `promises broken in ${runs.reduce((sum, { methods }) => sum + methods.ours.draws, 0)} whole runs, lower limit at 95 %`,
      brokenAtLeast(runs.map(({ methods }) => methods.ours)),
      DELTA,
    ),
  ];
}

export function tunedChecks(tuned: readonly TunedFigures[]): Check[] {
  return tuned.map(({ corpus, epsilon, plain, tuned: own }) =>
    atMost(
      `${corpus}: calls at ${percent(epsilon)} by tune and certifyBatch, over a plain student's with the same test`,
      own / plain,
      1.05,
    ),
  );
}

export function ownChecks({ cpuMs, recalledMs, heap }: KeptCost): Check[] {
  return [
    atMost("the library's own milliseconds of a processor an asked row", cpuMs, 1),
    atMost('the same of a row that the journal has', recalledMs, 1),
    atMost('its own bytes an asked row', heap, 2_000),
  ];
}

export function stormChecks(figures: StormFigures): Check[] {
  const { rows, kills, lost, answeredTwice, askedAgain, uncounted, unexplained, moneyMissed, moneyOver } =
    figures;
  const found = { lost, answeredTwice, askedAgain, uncounted, unexplained, moneyMissed, moneyOver };
  return Object.entries(found).map(([what, value]) =>
    atMost(`a storm over ${rows} rows, killed ${kills} times: ${STORM_WORDS[what] ?? what}`, value, 0),
  );
}

const STORM_WORDS: Readonly<Record<string, string>> = {
  lost: 'rows without their answer',
  answeredTwice: 'questions answered twice',
  askedAgain: 'questions asked again after their answer was kept',
  uncounted: 'charges that no book has',
  unexplained: 'unknown outcomes beyond those in flight',
  moneyMissed: 'money charged beyond what the journal says',
  moneyOver: 'money charged beyond the limit',
};

/** The same over scored tables, and how far the chance to certify that was told is from the share that was certified. */
export function forecastChecks(forecasts: readonly ForecastFigures[]): Check[] {
  if (forecasts.length === 0) return [];
  const shuffles = forecasts.reduce((sum, each) => sum + each.shuffles, 0);
  return (['pilot', 'training'] as const).flatMap((when) => {
    const chances = forecasts.flatMap((each) => each[when].chances);
    const told = (of: (each: (typeof chances)[number]) => number) =>
      chances.reduce((sum, each) => sum + of(each) * each.of, 0) / shuffles;
    return [
      atLeast(
        `rows asked within the interval that was told after the ${when}, share of ${shuffles} shuffles`,
        forecasts.reduce((sum, each) => sum + each[when].within * each.shuffles, 0) / shuffles,
        0.95,
      ),
      atMost(
        `half of that interval's width after the ${when}, as a share of its middle, at most over scored tables`,
        Math.max(...forecasts.filter(({ epsilon }) => epsilon !== CLOSE).map((each) => each[when].halfWidth)),
        0.25,
      ),
      atMost(
        `the chance to certify that was told after the ${when}, less the share of ${shuffles} shuffles that was`,
        told(({ told }) => told) - told(({ certified }) => certified),
        0.05,
      ),
    ];
  });
}

/** A forecast is met where what was spent lies within its interval. */
export function spendChecks(spend: readonly SpendFigures[]): Check[] {
  if (spend.length === 0) return [];
  const runs = spend.reduce((sum, each) => sum + each.runs, 0);
  return (['pilot', 'training'] as const).flatMap((when) => [
    atLeast(
      `spend within the interval that was told after the ${when}, share of ${runs} runs of map`,
      spend.reduce((sum, each) => sum + each[when].within, 0) / runs,
      0.95,
    ),
    atMost(
      `half of that interval's width after the ${when}, as a share of its middle, at most over tables`,
      Math.max(...spend.map((each) => each[when].halfWidth)),
      0.25,
    ),
  ]);
}
