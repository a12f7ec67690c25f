import { certifyPath } from '../../../cascades/certification/index.js';
import { jointDelta } from '../../../cascades/types/index.js';
import { bandLimits, type Random, random } from '../../../lib/stats/index.js';
import { drawRows, ERRORS, pathOf } from './nestedPlans.js';
import type { Scenario } from './scenario.js';

/** The joint level that is wanted: that the certificate is true, and so is every point of the frontier. */
const WANTED = 0.05;
/** On this many rows the certificate's own test spends .0498 of 5 %. */
const ROWS = 473;
const EPSILON = 0.01;

/**
 * Losses at which a promise may just be false: plans a little above epsilon and above every limit
 * of the bands at these levels.
 */
const LOSSES = [
  EPSILON,
  ...[WANTED, WANTED / 2].flatMap((delta) => [...bandLimits(ROWS, delta)].filter((limit) => limit < ERRORS)),
]
  .map((loss) => loss * (1 + 1e-6))
  .sort((a, b) => a - b);

const PATH = pathOf(LOSSES);

/** Whether the certificate is false, or some limit of the frontier's band. */
function isFalse(table: ReturnType<typeof drawRows>, delta: number, chance: Random): boolean {
  const { step, band } = certifyPath(PATH, table, { loss: 'disagreement', epsilon: EPSILON, delta }, chance);
  return (step >= 0 && LOSSES[step] > EPSILON) || band.some((limit, j) => LOSSES[j] > limit);
}

/** One set of rows supports both the certificate and later choices from the frontier. */
export const joint: Scenario = {
  name: 'certificate and frontier together',
  fault: 'delta of the certificate taken for that of both',
  delta: WANTED,
  trials: 2_000,
  quickTrials: 1_500,
  async trial(seed) {
    const chance = random(seed).fork('joint');
    const table = drawRows(ROWS, chance.fork('rows'));
    // The delta to request, from the joint delta of a certificate at delta.
    const delta = WANTED ** 2 / jointDelta({ delta: WANTED }, true);
    return {
      broken: isFalse(table, delta, chance),
      faultBroken: isFalse(table, WANTED, chance),
    };
  },
};
