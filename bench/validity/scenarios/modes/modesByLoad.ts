import type { AgreementRow } from '../../../../datasets/index.js';
import { random } from '../../../../lib/stats/index.js';
import type { Scenario } from '../scenario.js';
import { rowsOf, tuneOn } from '../worldCascade.js';

const EPSILONS = [0.02, 0.05];
const DELTA = 0.05;
const SERVED = 4_000;
/** Mean time between rows while it is calm, and in bursts, as shares of what a row takes by the own plan. */
const GAPS = { calm: 1.3, burst: 0.5 };
/** How likely calm ends in a burst with each row, and a burst in calm. */
const CHANGES = { calm: 0.01, burst: 0.02 };
/** Rows' worth of waiting work from which on the mode is the aggressive one. */
const OVERLOAD = 5;

/**
 * Rows wait in a queue, and the mode follows its length. Both modes keep their promises about the rows that they answer. Chosen by
 * what rows hold, here by a guess of how hard they are, the aggressive mode answers rows that lose more than its epsilon.
 */
export const modesByLoad: Scenario = {
  name: 'each mode keeps its epsilon over the rows that load gives it',
  fault: 'the mode is chosen by what a row holds',
  delta: DELTA,
  trials: 60,
  quickTrials: 4,
  async trial(seed) {
    const [own, ...modes] = EPSILONS;
    const bound = { epsilon: own, delta: DELTA, modes };
    const cascade = await tuneOn(rowsOf(3_000, seed), { seed, bound });
    const rows = rowsOf(SERVED, seed + 0.5e9);
    const losses = cascade.modes.map((_, m) => {
      const { exits } = cascade.inMode(m).predictSync(rows);
      const { stages } = cascade.modes[m].plan;
      return Float64Array.from(exits, (exit, i) => (exit === stages.length ? 0 : chanceOfLoss(rows[i])));
    });
    const costs = cascade.modes.map(({ cost: { row } }) => row);
    const isBroken = (chosen: readonly number[]) =>
      cascade.modes.some(({ epsilon }, m) => meanAt(losses[m], chosen, m) > (epsilon ?? 0));
    return { broken: isBroken(byLoad(costs, seed)), faultBroken: isBroken(byContent(rows, costs.length)) };
  },
};

/** The mode of each row by the work that waits before it: no row is looked at. */
function byLoad(costs: readonly number[], seed: number): number[] {
  const chance = random(seed).fork('load');
  let [waiting, phase]: [number, keyof typeof GAPS] = [0, 'calm'];
  return Array.from({ length: SERVED }, () => {
    if (chance.uniform() < CHANGES[phase]) phase = phase === 'calm' ? 'burst' : 'calm';
    waiting = Math.max(0, waiting + costs[0] * GAPS[phase] * Math.log(1 - chance.uniform()));
    const mode = waiting > OVERLOAD * costs[0] ? costs.length - 1 : 0;
    waiting += costs[mode];
    return mode;
  });
}

/** The aggressive mode for rows that look hard. */
function byContent(rows: readonly AgreementRow[], modes: number): number[] {
  return rows.map(({ cheap }) => (Math.abs(cheap) < 3 ? modes - 1 : 0));
}

/** That the full model's answer is the other one, by the world's law. */
function chanceOfLoss({ cheap }: AgreementRow): number {
  return 1 / (1 + Math.exp(Math.abs(cheap)));
}

/** The mean loss of the rows that a mode answers; 0 where it answers none. */
function meanAt(losses: Float64Array, chosen: readonly number[], mode: number): number {
  let [sum, count] = [0, 0];
  losses.forEach((loss, row) => {
    if (chosen[row] !== mode) return;
    sum += loss;
    count++;
  });
  return count === 0 ? 0 : sum / count;
}
