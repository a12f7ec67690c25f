import { fullAnswers, scoreTwice } from '../../../../cascades/scoring/index.js';
import type { Model } from '../../../../index.js';
import { denseBlock } from '../../../../lib/data/blocks/index.js';
import { type Random, random } from '../../../../lib/stats/index.js';
import type { Scenario } from '../scenario.js';
import { drawPairs, isCertified, lawAt, trueExcess } from './pairs.js';

const ROWS = 2_000;
const BATCH = 250;
const EPSILON = 0.02;
const DELTA = 0.05;
/** The full model's flips grow while it is asked, from the one to the other. */
const [FIRST, LAST] = [0.01, 0.07];
const MEAN = (FIRST + LAST) / 2;
/** Every row leaves, so that the full model is asked for the test alone. */
const LAW = lawAt({ exits: 1, flips: MEAN, flipsOfRest: MEAN }, trueExcess, EPSILON * (1 + 1e-6));

/** Asked 2 ROWS times in all, of rows that say nothing. */
function drifting(chance: Random): Model {
  let asked = 0;
  return {
    name: 'drifting',
    classes: 2,
    score([block], out) {
      for (let row = 0; row < block.rows; row++) {
        const flips = FIRST + ((LAST - FIRST) * asked++) / (2 * ROWS);
        out[2 * row + Number(chance.uniform() < flips)] = 1;
      }
    },
  };
}

const answers = (scores: Float64Array) =>
  fullAnswers({ name: 'drifting' }, { kind: 'argmax' }, scores, 2, new Int32Array(scores.length / 2));
const rowsOf = (count: number) => [denseBlock(count, 1, new Float32Array(count))];

/** Asked in turn, in batches as `tune` does. */
async function inTurn(chance: Random): Promise<Float64Array[]> {
  const model = drifting(chance.fork('model'));
  const outs: [Float64Array, Float64Array] = [new Float64Array(2 * ROWS), new Float64Array(2 * ROWS)];
  const coins = chance.fork('coins');
  for (let from = 0; from < ROWS; from += BATCH) {
    const of = (all: Float64Array) => all.subarray(2 * from, 2 * (from + BATCH));
    await scoreTwice(model, rowsOf(BATCH), [of(outs[0]), of(outs[1])], coins, {}, (row) => row);
  }
  return outs.map(answers);
}

function oneAfterTheOther(chance: Random): Float64Array[] {
  const model = drifting(chance.fork('model'));
  return [0, 1].map(() => {
    const out = new Float64Array(2 * ROWS);
    void model.score(rowsOf(ROWS), out);
    return answers(out);
  });
}

/** What is promised is about times like those of the certificate, of a model that changes meanwhile. */
export const flipsInTurn: Scenario = {
  name: 'flips: a full model that changes while it is asked, at the limit on average',
  fault: 'all second answers asked after all first ones',
  delta: DELTA,
  trials: 800,
  quickTrials: 60,
  async trial(seed) {
    const chance = random(seed).fork('flips in turn');
    const table = drawPairs(ROWS, LAW, chance.fork('rows'));
    const spec = { loss: 'excessDisagreement', epsilon: EPSILON } as const;
    const [broken, faultBroken] = [await inTurn(chance), oneAfterTheOther(chance)].map(([full, second]) =>
      isCertified({ ...table, full, second }, spec, DELTA),
    );
    return { broken, faultBroken };
  },
};
