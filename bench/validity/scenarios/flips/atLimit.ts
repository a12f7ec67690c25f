import { random } from '../../../../lib/stats/index.js';
import type { Scenario } from '../scenario.js';
import { answeredByFirst, drawPairs, isCertified, lawAt, trueExcess, trueStable } from './pairs.js';

const ROWS = 2_000;
const EPSILON = 0.02;
const DELTA = 0.05;
/** By no more than shows. */
const HAIR = 1 + 1e-6;
const ABOVE = {
  excess: lawAt({ exits: 0.7, flips: 0.03, flipsOfRest: 0.15 }, trueExcess, EPSILON * HAIR),
  /** Only rows that fall through have two answers. */
  stable: lawAt({ exits: 0.5, flips: 0, flipsOfRest: 0.45 }, trueStable, EPSILON * HAIR),
};

/** Rows that fall through must have another answer than the one that they are compared with. */
export const flipsInExcess: Scenario = {
  name: 'flips: a plan at the limit, in excess of the full model’s own',
  fault: 'rows that fall through are answered by the first answer',
  delta: DELTA,
  trials: 2_000,
  quickTrials: 300,
  async trial(seed) {
    const table = drawPairs(ROWS, ABOVE.excess, random(seed).fork('flips in excess'));
    const spec = { loss: 'excessDisagreement', epsilon: EPSILON } as const;
    return {
      broken: isCertified(table, spec, DELTA),
      faultBroken: isCertified(answeredByFirst(table), spec, DELTA),
    };
  },
};

/** A cache that answers the second time makes every row one that is answered alike. */
export const flipsWhereStable: Scenario = {
  name: 'flips: a plan at the limit, where the full model agrees with itself',
  fault: 'second answers copied from the first',
  delta: DELTA,
  trials: 2_000,
  quickTrials: 300,
  async trial(seed) {
    const table = drawPairs(ROWS, ABOVE.stable, random(seed).fork('flips where stable'));
    const spec = { loss: 'stableDisagreement', epsilon: EPSILON } as const;
    const copied = { ...table, second: table.full };
    return { broken: isCertified(table, spec, DELTA), faultBroken: isCertified(copied, spec, DELTA) };
  },
};
