import { excessOf, lastInExcess } from '../../../../cascades/batch/excess.js';
import { finiteBettingPValue, random, sample } from '../../../../lib/stats/index.js';
import type { Scenario } from '../scenario.js';
import { drawPairs } from './pairs.js';

const ROWS = 1_000;
const DRAWN = 250;
const DELTA = 0.05;
/** Every row leaves. */
const PLAN = [Float64Array.of(0.5, 0.5)];

/**
 * A batch of which a plan loses one row more than is allowed. Its rows came in order: those that lose are at its end. The
 * drawn rows are known by their places, ascending, so that bets on them in that order win at first.
 */
function batchAt(seed: number) {
  const chance = random(seed).fork('batch in excess');
  const law = { exits: 1, wrong: 0.13, flips: 0.1, flipsOfRest: 0.1 };
  const { stages, full, second = full } = drawPairs(ROWS, law, chance.fork('rows'));
  const [{ answers }] = stages;
  const lossOf = (row: number) => Number(answers[row] !== full[row]) - Number(second[row] !== full[row]);
  const order = Int32Array.from(full.keys()).sort((a, b) => lossOf(a) - lossOf(b));
  const at = (values: Float64Array) => Float64Array.from(order, (row) => values[row]);
  const own = { answers: at(answers), full: at(full), second: at(second) };
  const allowed = full.reduce((sum, _, row) => sum + lossOf(row), 0) - 1;
  const drawn = sample(ROWS, DRAWN, chance.fork('draw')).sort();
  const stage = {
    answers: own.answers,
    confidence: new Float64Array(ROWS).fill(1),
    loss: new Float64Array(ROWS),
  };
  return { stages: [stage], drawn, full: own.full, second: own.second, population: ROWS, allowed };
}

/** Which rows are drawn is random; the order in which they lie isn't. */
export const flipsInBatch: Scenario = {
  name: 'flips: one batch that loses a row more than is allowed, in excess',
  fault: 'bets on the drawn rows in the batch’s own order',
  delta: DELTA,
  trials: 2_000,
  quickTrials: 200,
  async trial(seed) {
    const batch = batchAt(seed);
    const passes = (test: typeof batch, by: number | string) =>
      lastInExcess([PLAN], test, { delta: DELTA, seed: by }) === 0;
    return { broken: passes(batch, seed), faultBroken: passesInOrder(batch) };
  },
};

function passesInOrder(batch: ReturnType<typeof batchAt>): boolean {
  const values = excessOf(PLAN, batch).map((lost) => (lost + 1) / 2);
  const limit = ((batch.allowed + 1) / batch.population + 1) / 2;
  return finiteBettingPValue(values, batch.population, limit, DELTA) <= DELTA;
}
