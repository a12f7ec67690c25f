import { agreementWorld } from '../../../../datasets/index.js';
import { type Random, random } from '../../../../lib/stats/index.js';
import type { Scenario } from '../scenario.js';
import { trueExits, trueLoss, tuneOn, worldsFull } from '../worldCascade.js';

const ROWS = 3_000;
const EPSILON = 0.02;
/** The chance of the unusual answer; when it is asked again by mistake hotter, the other one. */
const [FLIPS, HOT] = [0.04, 0.12];

/** The world's full model, which gives a row its other answer by chance. */
function flipping(chance: Random, again: number) {
  return {
    ...worldsFull,
    score: (...[[{ values }], out, context]: Parameters<typeof worldsFull.score>) => {
      const flips = (context?.ask ?? 0) === 0 ? FLIPS : again;
      for (const [row, logOdds] of values.entries())
        out[2 * row + Number(logOdds > 0 !== chance.uniform() < flips)] = 1;
    },
  };
}

/** Whether rows to come would lose more in excess than was promised. */
async function isBroken(seed: number, again: number): Promise<boolean> {
  const { rows } = agreementWorld({ rows: ROWS, seed: 9_000_000 + seed });
  const cascade = await tuneOn(rows, {
    full: flipping(random(seed).fork('whole runs'), again),
    bound: { loss: 'excessDisagreement', epsilon: EPSILON, delta: 0.05 },
    repeats: true,
    seed,
  });
  if (cascade.certificate.verdict !== 'certified') return false;
  const excess = (1 - 2 * FLIPS) * (trueLoss(cascade.plan) - FLIPS * trueExits(cascade.plan));
  return excess > EPSILON;
}

/** From rows to a certificate: searched with one answer to most rows, tested with two. */
export const flipsInWholeRuns: Scenario = {
  name: 'flips: whole runs of tune, in excess',
  fault: 'the second answer asked of a hotter model',
  delta: 0.05,
  trials: 120,
  quickTrials: 8,
  async trial(seed) {
    return { broken: await isBroken(seed, FLIPS), faultBroken: await isBroken(seed, HOT) };
  },
};
