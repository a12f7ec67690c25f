import { type Random, random } from '../../lib/stats/index.js';
import { certify, type Served } from './certify.js';
import { type Drawn, dot, exceeds, type Law, type LimitLaw } from './law.js';

/** Counts over some trials. */
export interface Tally {
  readonly trials: number;
  /** Trials whose served plan truly loses more than epsilon. */
  readonly violations: number;
  /** Trials in which some plan's true loss is above its limit: an epsilon of the frontier was falsely promised. */
  readonly bandViolations: number;
  /** Violations of the most aggressive plan whose loss on the same rows is epsilon at most: Willump's rule. */
  readonly willumpViolations: number;
  /** Sum over trials of the share of rows that the served plan lets exit. */
  readonly accepted: number;
}

/** How a plan is chosen on a drawn table. */
export type Procedure = (law: Law, drawn: Drawn, random: Random) => Served;

export const honest: Procedure = ({ world, path }, { table }, random) =>
  certify(path, table, world.question, random);

export const nothing: Tally = {
  trials: 0,
  violations: 0,
  bandViolations: 0,
  willumpViolations: 0,
  accepted: 0,
};

/**
 * Trials `from` to `to` of a law, the last left out; each has its own random numbers, in any
 * process.
 */
export function runTrials(law: Law, procedure: Procedure, seed: number, from: number, to: number): Tally {
  const { world, limits, acceptance } = law;
  const [{ truth }] = limits;
  const stream = random(seed).fork(world.name);
  let [violations, bandViolations, willumpViolations, accepted] = [0, 0, 0, 0];
  for (let trial = from; trial < to; trial++) {
    const own = stream.fork(String(trial));
    const drawn = law.draw(own.fork('rows'));
    const { step, band } = procedure(law, drawn, own.fork('certify'));
    violations += Number(step >= 0 && exceeds(law, step));
    bandViolations += Number(band.some((limit, j) => truth[j] > limit));
    accepted += step < 0 ? 0 : acceptance[step];
    const mostAggressive = mostAggressiveByEstimate(law, drawn);
    willumpViolations += Number(mostAggressive >= 0 && exceeds(law, mostAggressive));
  }
  return { trials: to - from, violations, bandViolations, willumpViolations, accepted };
}

export function add(a: Tally, b: Tally): Tally {
  return {
    trials: a.trials + b.trials,
    violations: a.violations + b.violations,
    bandViolations: a.bandViolations + b.bandViolations,
    willumpViolations: a.willumpViolations + b.willumpViolations,
    accepted: a.accepted + b.accepted,
  };
}

/** Each plan's loss on the drawn rows, or over their groups; NaN if no row counts. */
export function observed(limit: LimitLaw, { weights }: Law, { cells }: Drawn): Float64Array {
  const rows = new Float64Array(weights.length);
  for (const cell of cells) rows[cell] += weights[cell];
  return Float64Array.from(limit.lost, (lost, j) => dot(lost, rows) / dot(limit.counts[j], rows));
}

function mostAggressiveByEstimate(law: Law, drawn: Drawn): number {
  const estimates = law.limits.map((limit) => observed(limit, law, drawn));
  let plan = law.path.length - 1;
  while (plan >= 0 && !law.limits.every(({ epsilon }, i) => estimates[i][plan] <= epsilon)) plan--;
  return plan;
}
