import { fixedSequence, type Random } from '../../lib/stats/index.js';
import type { Thresholds } from '../chain/index.js';
import { type BoundSpec, boundMethod, levelOf, limitsOf } from '../losses/index.js';
import type { Clause, Observed } from '../types/index.js';
import { type PathChanges, pathChanges } from './changes.js';
import { type LossTotal, type Test, testOf } from './procedures/index.js';
import { bandOf } from './simultaneousBand.js';
import { answersOf, type CertificationTable, observe, sampled, samplesOf } from './table.js';
import { unitsNeededFor } from './unitsNeeded.js';

/** What certification rows say of one limit. */
export type Tested = Omit<Clause, 'loss' | 'epsilon'>;

/** What they say of a path; its own `Tested` is that of the first limit, all under the plan to serve. */
export interface Certification extends Tested {
  /** Position on the path of the plan to serve; -1 where not even the first is certified. */
  readonly step: number;
  readonly unit: 'rows' | 'groups';
  readonly observed: Observed;
  /** The same of each plan of the path, and what it lost of the first limit. */
  readonly observedAt: readonly Observed[];
  readonly tallies: readonly LossTotal[];
  /** Which answers each plan changes; undefined for regression. */
  readonly changes: PathChanges | undefined;
  /** Of each limit, in the order of the spec. */
  readonly all: readonly Tested[];
  /** For each plan of the path the limit that holds for all of them together, where there is a band. */
  readonly band: readonly number[];
}

/**
 * Walks a path from its most conservative plan to more aggressive ones and stops at the first that can't be shown to
 * keep every limit (fixed-sequence testing: each test may spend all of delta, since the walk ends at the first
 * failure).
 *
 * The path must have been chosen without these rows.
 */
export function certifyPath(
  path: readonly Thresholds[],
  table: CertificationTable,
  spec: BoundSpec,
  random: Random,
  /**
   * What each plan is expected to cost: of the certified ones the cheapest is served. @defaultValue the most
   * aggressive is
   */
  costs: readonly number[] = path.map((_, j) => -j),
): Certification {
  const delta = levelOf(spec);
  const limits = limitsOf(spec);
  const unit = table.groups === undefined ? 'rows' : 'groups';
  const answersAt = lastKept((j: number) => answersOf(path[j], table));
  const tests = limits.map((limit) => testOf(limit, delta, table, random));
  const walk = (made: readonly Test[]) =>
    fixedSequence((j) => jointPValue(made, answersAt(j), delta), path.length, delta);
  const last = walk(tests);
  /** Of each plan the least epsilon that it was certified for: they hold together, each tested at its share. */
  const steps = (also: readonly number[]) => {
    const [limit] = limits;
    const each = also.map((epsilon) => ({
      epsilon,
      last: walk([testOf({ ...limit, epsilon }, delta, table, random)]),
    }));
    const sorted = [{ epsilon: limit.epsilon, last }, ...each].sort((a, b) => a.epsilon - b.epsilon);
    return path.map((_, j) => sorted.find((step) => j <= step.last)?.epsilon ?? 1);
  };
  const step = cheapest(costs.slice(0, last + 1));
  const served = step < 0 ? (table.second ?? table.full) : answersAt(step);
  const band = spec.also ? steps(spec.also) : bandOf(path.length, answersAt, table, spec);
  const upper = spec.also ? null : limitBelow(spec.epsilon, band[step]);
  const all = tests.map((test, i): Tested => {
    const total = test.total(served);
    const needed = step < 0 ? unitsNeededFor(limits[i], delta, unit) : 0;
    const rowsNeeded = total.n < needed ? needed : null;
    return {
      method: test.method,
      bound: boundMethod(limits[i], unit),
      ...total,
      upper,
      rowsNeeded,
    };
  });
  const [first] = samplesOf(table);
  const { table: drawn, at } = sampled(table, first);
  const found = path.map((_, j) => {
    const plan = answersAt(j);
    return { observed: observe(at(changedBy(path[j], plan, table)), drawn), total: tests[0].total(plan) };
  });
  const observedAt = found.map((plan) => plan.observed);
  const observed = observedAt[step] ?? observe(drawn.full, drawn);
  const tallies = found.map(({ total }) => total);
  const changes = pathChanges(path.length, (j) => changedBy(path[j], answersAt(j), table), table);
  return { ...all[0], step, unit, observed, observedAt, tallies, changes, all, band };
}

/** A plan's answers as far as stages change them: that the full model differs from itself is no plan's doing. */
function changedBy(plan: Thresholds, answers: Float64Array, table: CertificationTable): Float64Array {
  return table.second === undefined ? answers : answersOf(plan, { ...table, second: undefined });
}

/**
 * The same function, which keeps the last result. The answers of all plans of a path together would
 * take 1.6 kB a row.
 */
function lastKept<Value>(at: (j: number) => Value): (j: number) => Value {
  let last: { readonly j: number; readonly value: Value } | undefined;
  return (j) => {
    if (last?.j !== j) last = { j, value: at(j) };
    return last.value;
  };
}

/**
 * The p-value of 'some limit isn't kept': the largest of all, each at the full delta (an intersection-union test;
 * Berger, "Multiparameter hypothesis testing and acceptance sampling", Technometrics 1982). Tests after one that
 * fails are spared.
 */
function jointPValue(tests: readonly Test[], answers: Float64Array, delta: number): number {
  let largest = 0;
  for (const test of tests) {
    largest = Math.max(largest, test.pValue(answers));
    if (!(largest <= delta)) break;
  }
  return largest;
}

/**
 * The band's limit of the served plan, where it says more than the promise. The limit of this plan's own test isn't
 * one: the same rows chose the plan, and it was missed in 7 % of trials at a stated 5 %.
 */
function limitBelow(epsilon: number, limit = 1): number | null {
  return limit < epsilon ? limit : null;
}

/** Position of the least cost, the last of equals; -1 of none. */
function cheapest(costs: readonly number[]): number {
  return costs.reduce((best, cost, j) => (best < 0 || cost <= costs[best] ? j : best), -1);
}
