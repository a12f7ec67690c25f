import { anyChoice } from '../../../../cascades/certification/index.js';
import type { Thresholds } from '../../../../cascades/chain/index.js';
import { bandLimits, type Random, random } from '../../../../lib/stats/index.js';
import { ERRORS } from '../nestedPlans.js';
import type { Scenario } from '../scenario.js';
import { modesAt } from './modes.js';

/**
 * Two plans whose errors are on different rows, since rows leave one at the first stage and the other at the second. Each row is
 * answered by a plan that loses it, if there is one: so all answers together lose what either plan does.
 */

const DELTA = 0.05;
const EPSILONS: readonly [number, number] = [0.02, 0.05];
const NEVER = Number.POSITIVE_INFINITY;

/** Thresholds of a stage from which a share of the rows leaves. */
const leaving = (share: number) => Float64Array.of(NEVER, 1 - share);

/** @param losses of the two plans */
function pathOf([first, second]: readonly [number, number]): Thresholds[] {
  return [
    [leaving(0), leaving(first / ERRORS)],
    [leaving(second / ERRORS), leaving(0)],
  ];
}

/** Rows of two stages that both answer 1, as the full model does but for a share, and are sure of different rows. */
function drawRows(rows: number, chance: Random) {
  const full = Float64Array.from({ length: rows }, () => Number(chance.uniform() >= ERRORS));
  const stages = [0, 1].map(() => ({
    answers: new Float64Array(rows).fill(1),
    confidence: Float64Array.from({ length: rows }, () => chance.uniform()),
    loss: new Float64Array(rows),
  }));
  return { stages, full, labels: undefined, groups: undefined, classes: [0, 1] };
}

/** What some of the plans loses. */
function lostByAny(losses: readonly number[]): number {
  return ERRORS * (1 - losses.reduce((kept, loss) => kept * (1 - loss / ERRORS), 1));
}

/** The second plan within its epsilon, where either one loses a little more than that. */
const AT_EDGE: readonly [number, number] = [0.014, 0.0421];
const FEW = 5_000;

export const anyChoiceOfBand: Scenario = {
  name: 'however modes of the band are chosen, all answers together lose at most the largest epsilon',
  fault: 'the band counts a plan’s own losses, not those of the plans before it',
  delta: DELTA,
  trials: 400,
  quickTrials: 100,
  async trial(seed) {
    const chance = random(seed).fork('any choice, band');
    const table = drawRows(FEW, chance.fork('rows'));
    const [epsilon, ...epsilons] = EPSILONS;
    const spec = { loss: 'disagreement' as const, epsilon, delta: DELTA };
    const { modes, found } = modesAt(pathOf(AT_EDGE), table, spec, epsilons, chance);
    const together = anyChoice(modes.map(({ certificate }) => certificate));
    const served = modes.flatMap(({ step }) => AT_EDGE[step] ?? []);
    const limits = bandLimits(FEW, DELTA);
    const own = AT_EDGE.filter((_, step) => limits[found.tallies[step].lost] <= EPSILONS[step]);
    return {
      broken: together === null || lostByAny(served) > together.epsilon,
      faultBroken: lostByAny(own) > EPSILONS[1],
    };
  },
};

const WITHIN: readonly [number, number] = [0.017, 0.045];
const MANY = 20_000;

export const anyChoiceNamed: Scenario = {
  name: 'however modes named beforehand are chosen, all answers together lose at most the sum',
  fault: 'the largest epsilon, as of a band',
  delta: DELTA,
  trials: 200,
  quickTrials: 20,
  async trial(seed) {
    const chance = random(seed).fork('any choice, named');
    const [epsilon, ...epsilons] = EPSILONS;
    const spec = { loss: 'disagreement' as const, epsilon, delta: DELTA, also: epsilons };
    const table = drawRows(MANY, chance.fork('rows'));
    const { modes } = modesAt(pathOf(WITHIN), table, spec, epsilons, chance);
    const together = anyChoice(modes.map(({ certificate }) => certificate));
    const lost = lostByAny(modes.flatMap(({ step }) => WITHIN[step] ?? []));
    return { broken: together === null || lost > together.epsilon, faultBroken: lost > EPSILONS[1] };
  },
};
