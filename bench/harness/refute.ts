import { binomialCdf, binomialLower, binomialUpper } from '../../lib/stats/index.js';
import type { Check } from './checks.js';

/** Tests of promises, on rows that no step has seen. They can refute a promise, never prove it. */

export interface Counts {
  readonly rows: number;
  /** Answers that differ from the full model's. */
  readonly changed: number;
  /** Right answers made wrong, and wrong ones made right. */
  readonly worse: number;
  readonly better: number;
}

const EPSILON = 0.01;
const LEVEL = 0.01;

/** 'The disagreement is 1 % at most', by the one-sided exact binomial test on all rows together. */
export function disagreementRefuted(runs: readonly Counts[], what = 'mails'): Check {
  const { rows, changed } = pooled(runs);
  return refuted('disagreements', changed, rows, what);
}

/** 'At most 1 % of the answers are right ones made wrong', by the same test. */
export function harmRefuted(runs: readonly Counts[]): Check {
  const { rows, worse } = pooled(runs);
  return refuted('right answers made wrong', worse, rows, 'mails');
}

function refuted(what: string, count: number, rows: number, unseen: string): Check {
  const chance = 1 - binomialCdf(count - 1, rows, EPSILON);
  return {
    what: `chance of ${count} or more ${what} in ${rows} unseen ${unseen}, were 1 % true`,
    value: chance,
    goal: `>= ${LEVEL}`,
    ok: chance >= LEVEL,
  };
}

/** 'At most 1 point of accuracy is lost', by exact limits of both kinds of change, each at half the level. */
export function accuracyRefuted(runs: readonly Counts[]): Check {
  const { rows, worse, better } = pooled(runs);
  const least = binomialLower(worse, rows, LEVEL / 2) - binomialUpper(better, rows, LEVEL / 2);
  return {
    what: `accuracy lost at least, ${worse} made wrong and ${better} right of ${rows} unseen mails`,
    value: least,
    goal: `<= ${EPSILON}`,
    ok: least <= EPSILON,
  };
}

function pooled(runs: readonly Counts[]): Counts {
  const total = (of: keyof Counts) => runs.reduce((sum, counts) => sum + counts[of], 0);
  return { rows: total('rows'), changed: total('changed'), worse: total('worse'), better: total('better') };
}
