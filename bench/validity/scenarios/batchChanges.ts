import { batchChanges, planChanges } from '../../../cascades/certification/index.js';
import { type Random, random, sample } from '../../../lib/stats/index.js';
import type { Scenario } from './scenario.js';

const CLASSES = ['common', 'other', 'rare'];
/** How many rows of the batch the full model gives each answer, and the shares of these that plans change. */
const ROWS = [3_000, 900, 400];
const CHANGED = [0.1, 0.2, 0.3];
const PLANS = 12;
const SAMPLE = 300;
const DELTA = 0.05;

/** Each row's answer by the full model, and the first plan that changes it. */
function batchOf(chance: Random) {
  const full = Float64Array.from(ROWS.flatMap((rows, c) => new Array<number>(rows).fill(c)));
  const spoils = Int32Array.from(full, (answer) => {
    const spoiled = chance.uniform() < CHANGED[answer];
    return spoiled ? chance.integer(PLANS) : PLANS;
  });
  return { full, spoils };
}

/** Whether a limit of some plan, for some answer, isn't kept: who serves a plan may have chosen it by the same rows. */
function broke(seed: number, delta: number): boolean {
  const chance = random(seed).fork('changes of a batch');
  const { full, spoils } = batchOf(chance);
  const drawn = sample(full.length, SAMPLE, chance.fork('sample'));
  const batch = { rows: full.length, open: full.length, plans: PLANS };
  for (let plan = 0; plan < PLANS; plan++) {
    const answers = full.map((answer, row) => (spoils[row] <= plan ? (answer + 1) % CLASSES.length : answer));
    const counts = batchChanges(answers, full, drawn, CLASSES, batch);
    if (counts === undefined) return true;
    const found = planChanges(counts, 0, CLASSES, delta, 'rows');
    const isBroken = found.answers.some(({ full: label, lower, upper }) => {
      const c = CLASSES.indexOf(String(label));
      const own = spoils.filter((first, row) => full[row] === c && first <= plan).length / ROWS[c];
      return own < lower || own > upper;
    });
    if (isBroken) return true;
  }
  return false;
}

/** Limits of what plans change of a finite batch hold for all plans and answers, whichever plan is served. */
export const changesOfBatch: Scenario = {
  name: 'limits of changed answers hold over a batch',
  fault: 'limits of changed answers of a batch, each at all of delta',
  delta: DELTA,
  trials: 2_000,
  quickTrials: 100,
  trial: async (seed) => ({
    broken: broke(seed, DELTA),
    faultBroken: broke(seed, 2 * CLASSES.length * PLANS * DELTA),
  }),
};
