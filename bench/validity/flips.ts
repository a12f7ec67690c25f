import { random } from '../../lib/stats/index.js';
import { atLeast, type Check } from '../harness/checks.js';
import {
  drawPairs,
  isCertified,
  lawAt,
  type PairLaw,
  trueExcess,
  trueStable,
} from './scenarios/flips/pairs.js';

const ROWS = 10_000;
const EPSILON = 0.01;
const DELTA = 0.05;
/** A full model that gives two answers to 5 % of the rows, and a plan by which all rows leave. */
const FLIPS = (1 - Math.sqrt(1 - 2 * 0.05)) / 2;
const LAW = { exits: 1, flips: FLIPS, flipsOfRest: FLIPS };

/** How often plans of a model that differs from itself are certified, by what they truly lose. */
export interface FlipsFigure {
  readonly what: string;
  readonly loss: 'excessDisagreement' | 'stableDisagreement';
  readonly excess: number;
  readonly stable: number;
  readonly trials: number;
  readonly certified: number;
}

const CASES: readonly (Pick<FlipsFigure, 'what' | 'loss'> & {
  readonly law: PairLaw;
  readonly goal: 'most' | 'none' | null;
})[] = [
  {
    what: 'flips: 5 % of answers, .3 % in excess',
    loss: 'excessDisagreement',
    law: lawAt(LAW, trueExcess, 0.003),
    goal: 'most',
  },
  {
    what: 'flips: 5 % of answers, .3 % of stable rows changed',
    loss: 'stableDisagreement',
    law: lawAt(LAW, trueStable, 0.003),
    goal: 'most',
  },
  {
    what: 'flips: the usual answer, but 2 % of stable rows changed',
    loss: 'stableDisagreement',
    law: lawAt(LAW, trueStable, 0.02),
    goal: 'none',
  },
  // What an excess leaves room for.
  {
    what: 'flips: the usual answer, but 2 % of stable rows changed',
    loss: 'excessDisagreement',
    law: lawAt(LAW, trueStable, 0.02),
    goal: null,
  },
];

/** @param trials of each */
export function flipsFigures(seed: number, trials: number): FlipsFigure[] {
  return CASES.map(({ what, loss, law }) => {
    const chance = random(seed).fork(what).fork(loss);
    let certified = 0;
    for (let trial = 0; trial < trials; trial++) {
      const table = drawPairs(ROWS, law, chance.fork(String(trial)));
      certified += Number(isCertified(table, { loss, epsilon: EPSILON }, DELTA));
    }
    return { what, loss, excess: trueExcess(law), stable: trueStable(law), trials, certified };
  });
}

export function flipsChecks(figures: readonly FlipsFigure[]): Check[] {
  return figures.flatMap(({ what, loss, trials, certified }, i) => {
    const { goal } = CASES[i];
    const named = `${what}: certified at 1 % by ${loss}`;
    if (goal === 'most') return [atLeast(`${named}, share of ${trials} trials`, certified / trials, 0.9)];
    if (goal === null) return [];
    return [{ what: `${named}, of ${trials} trials`, value: certified, goal: '0', ok: certified === 0 }];
  });
}
