import { random } from '../../../../lib/stats/index.js';
import type { Scenario } from '../scenario.js';
import { drawPairs, isCertified, lawAt, trueExcess } from './pairs.js';

const ROWS = 2_000;
const EPSILON = 0.05;
const DELTA = 0.05;
/** The share of the rows that are one text, and the chance that its answer is the unusual one. */
const [SHARE, UNUSUAL] = [0.5, 0.4];
/** Of the others: a plan that loses on all rows as much as it may, where the one text is answered alike both times. */
const OTHERS = lawAt(
  { exits: 1, flips: 0.03, flipsOfRest: 0.03 },
  trueExcess,
  (EPSILON * (1 + 1e-6)) / (1 - SHARE),
);

/**
 * A model that keeps its answers is one function of texts the first time, and another the second: given both, rows are
 * independent draws. The stage has learnt what the one text was answered.
 */
export const flipsOfEqualRows: Scenario = {
  name: 'flips: half of the rows are one text, which is asked one question each time',
  fault: 'what is promised of the answers that it has drawn is read as of those that it would draw anew',
  delta: DELTA,
  trials: 2_000,
  quickTrials: 300,
  async trial(seed) {
    const chance = random(seed).fork('flips of equal rows');
    const [first, second] = [0, 1].map(() => Number(chance.uniform() < UNUSUAL));
    const own = drawPairs(ROWS, OTHERS, chance.fork('rows'));
    const isText = Array.from({ length: ROWS }, () => chance.uniform() < SHARE);
    const given = (values: Float64Array, answer: number) =>
      values.map((value, row) => (isText[row] ? answer : value));
    const { full, second: again = full, stages } = own;
    const table = {
      ...own,
      full: given(full, first),
      second: given(again, second),
      stages: stages.map((stage) => ({ ...stage, answers: given(Float64Array.from(stage.answers), first) })),
    };
    const passes = isCertified(table, { loss: 'excessDisagreement', epsilon: EPSILON }, DELTA);
    const others = (1 - SHARE) * trueExcess(OTHERS);
    const text = -SHARE * Number(first !== second);
    const anew = SHARE * (first === 1 ? (1 - UNUSUAL) * (1 - 2 * UNUSUAL) : -UNUSUAL * (1 - 2 * UNUSUAL));
    return { broken: passes && others + text > EPSILON, faultBroken: passes && others + anew > EPSILON };
  },
};
