import {
  allowedErrors,
  bandLimits,
  bettingPValue,
  binomialPValue,
  binomialUpper,
  fixedSequence,
  pairedAllowed,
  pairedUpper,
  type Random,
  rowsNeeded,
} from '../../lib/stats/index.js';
import { exitsAt, type StageEvidence, type Thresholds } from '../chain/index.js';
import type { LossName, Observed } from '../terms/index.js';
import { lossOf } from './losses.js';

/** What is asked: at most epsilon of the loss, with probability at least 1 - delta. */
export interface Question {
  readonly loss: LossName;
  readonly epsilon: number;
  readonly delta: number;
}

/** Every stage's and the full model's answer on every certification row. */
export interface CertificationTable {
  readonly stages: readonly StageEvidence[];
  readonly full: Int32Array;
  readonly labels: Int32Array | undefined;
  /** Group of each row, where the unit is the group. */
  readonly groups: Int32Array | undefined;
  readonly classes: number;
}

export interface Certification {
  /** Position on the path of the plan to serve; -1 where not even the first is certified. */
  readonly step: number;
  readonly method: string;
  readonly n: number;
  readonly unit: 'rows' | 'groups';
  readonly observed: Observed;
  readonly upper: number | null;
  /** For each plan of the path the limit that holds for all of them together, where there is a band. */
  readonly band: readonly number[];
}

/**
 * Walks a path from its most careful plan to bolder ones and stops at the first that can't be shown to meet the bound
 * (fixed-sequence testing: each test may spend all of delta, since the walk ends at the first failure).
 *
 * The path must have been chosen without these rows.
 */
export function certifyPath(
  path: readonly Thresholds[],
  table: CertificationTable,
  question: Question,
  random: Random,
  /** What each plan is expected to cost: of the certified ones the cheapest is served. @defaultValue the boldest is */
  costs: readonly number[] = path.map((_, j) => -j),
): Certification {
  const answers = path.map((thresholds) => answersOf(thresholds, table));
  const test =
    table.groups === undefined ? rowTest(table, question) : groupTest(table, question, table.groups, random);
  const last = fixedSequence((j) => test.pValue(answers[j]), path.length, question.delta);
  const step = cheapest(costs.slice(0, last + 1));
  const served = step < 0 ? table.full : answers[step];
  return {
    step,
    method: test.method,
    n: test.n,
    unit: table.groups === undefined ? 'rows' : 'groups',
    observed: observe(served, table),
    upper: test.upper(served),
    band: table.groups === undefined ? bandOf(answers, table, question) : [],
  };
}

/** Position of the least cost, the last of equals; -1 of none. */
function cheapest(costs: readonly number[]): number {
  return costs.reduce((best, cost, j) => (best < 0 || cost <= costs[best] ? j : best), -1);
}

/** The least number of units on which no loss at all would certify epsilon. */
export function unitsNeeded({ loss, epsilon, delta }: Question, unit: 'rows' | 'groups'): number {
  const signed = loss === 'accuracy';
  const certifies = (n: number) => {
    if (unit === 'rows') return !signed || pairedAllowed(0, n, epsilon, delta) >= 0;
    const lossless = new Float64Array(n).fill(signed ? scaled(0) : 0);
    return bettingPValue(lossless, signed ? scaled(epsilon) : epsilon, delta) <= delta;
  };
  // Nothing needs fewer than the exact binomial test; the others need somewhat more.
  let [refused, enough] = [rowsNeeded(epsilon, delta) - 1, rowsNeeded(epsilon, delta)];
  while (!certifies(enough)) [refused, enough] = [enough, Math.ceil(enough * 1.2) + 1];
  while (enough - refused > 1) {
    const middle = (refused + enough) >> 1;
    if (certifies(middle)) enough = middle;
    else refused = middle;
  }
  return enough;
}

/** A loss from [-1, 1] in [0, 1]. */
function scaled(loss: number): number {
  return (1 + loss) / 2;
}

/** Of what n rows allow, how much a plan may use and still be likely to pass: on new rows plans do a little worse. */
const PRUDENCE = 0.75;

/** The mean loss that may be expected to pass on `n` rows: what plans are compared at before any is tested. */
export function expectedAllowance({ epsilon, delta }: Question, n: number): number {
  return (PRUDENCE * Math.max(0, allowedErrors(n, epsilon, delta))) / n;
}

function answersOf(thresholds: Thresholds, { stages, full }: CertificationTable): Int32Array {
  return full.map((answer, row) => {
    for (let s = 0; s < stages.length; s++) {
      if (exitsAt(stages[s], thresholds[s], row)) return stages[s].decided[row];
    }
    return answer;
  });
}

interface Test {
  readonly method: string;
  readonly n: number;
  pValue(answers: Int32Array): number;
  upper(answers: Int32Array): number | null;
}

function rowTest(table: CertificationTable, { loss, epsilon, delta }: Question): Test {
  const n = table.full.length;
  if (loss === 'accuracy') {
    // The exact test is monotone in the rows made worse, so one number per count of rows made better decides it.
    const allowed = new Map<number, number>();
    return {
      method: 'exact unconditional paired test in score order, fixed sequence',
      n,
      pValue(answers) {
        const { worse, better } = observe(answers, table);
        const most = allowed.get(better) ?? pairedAllowed(better, n, epsilon, delta);
        allowed.set(better, most);
        return worse <= most ? delta : 1;
      },
      upper(answers) {
        const { worse, better } = observe(answers, table);
        return pairedUpper(worse, better, n, delta);
      },
    };
  }
  const errors = (answers: Int32Array) => {
    const { changed, worse } = observe(answers, table);
    return loss === 'harm' ? worse : changed;
  };
  return {
    method: 'exact binomial, fixed sequence',
    n,
    pValue: (answers) => binomialPValue(errors(answers), n, epsilon),
    upper: (answers) => binomialUpper(errors(answers), n, delta),
  };
}

/** The unit is the group, its loss the mean over its rows, scaled to [0, 1] where a row may gain. */
function groupTest(table: CertificationTable, question: Question, groups: Int32Array, random: Random): Test {
  const { loss, epsilon, delta } = question;
  const keys = Int32Array.from(new Set(groups));
  random.fork('group order').shuffle(keys);
  const unit = new Map(Array.from(keys, (key, i) => [key, i]));
  const signed = loss === 'accuracy';
  return {
    method: `betting bound on the mean over groups${signed ? ', losses scaled from [-1, 1]' : ''}, fixed sequence`,
    n: keys.length,
    pValue(answers) {
      const sums = new Float64Array(keys.length);
      const sizes = new Float64Array(keys.length);
      for (let row = 0; row < answers.length; row++) {
        const i = unit.get(groups[row]) ?? 0;
        sums[i] += lossOf(loss, answers[row], table.full[row], table.labels?.[row] ?? -1);
        sizes[i]++;
      }
      const means = sums.map((sum, i) => (signed ? scaled(sum / sizes[i]) : sum / sizes[i]));
      return bettingPValue(means, signed ? scaled(epsilon) : epsilon, delta);
    },
    upper: () => null,
  };
}

function observe(answers: Int32Array, { full, labels, classes }: CertificationTable): Observed {
  let changed = 0;
  const byClass = Array.from({ length: classes }, () => ({ worse: 0, better: 0 }));
  for (let row = 0; row < answers.length; row++) {
    if (answers[row] === full[row]) continue;
    changed++;
    if (labels === undefined) continue;
    if (full[row] === labels[row]) byClass[labels[row]].worse++;
    else if (answers[row] === labels[row]) byClass[labels[row]].better++;
  }
  const total = (of: 'worse' | 'better') => byClass.reduce((sum, counts) => sum + counts[of], 0);
  return { rows: answers.length, changed, worse: total('worse'), better: total('better'), byClass };
}

/**
 * Limits that hold for all plans of the path together (see `bandLimits`): a row counts as wrong at a plan if it was
 * wrong at any plan up to it, so that counts only grow. For `accuracy` harm is counted, which bounds it.
 */
function bandOf(answers: readonly Int32Array[], table: CertificationTable, question: Question): number[] {
  const n = table.full.length;
  const limits = bandLimits(n, question.delta);
  const wrong = new Uint8Array(n);
  let count = 0;
  return answers.map((plan) => {
    for (let row = 0; row < n; row++) {
      if (wrong[row] === 1 || plan[row] === table.full[row]) continue;
      if (question.loss !== 'disagreement' && table.full[row] !== table.labels?.[row]) continue;
      wrong[row] = 1;
      count++;
    }
    return count < limits.length ? limits[count] : 1;
  });
}
