import { atLeast, type Check } from '../harness/checks.js';
import { chanceOfMore, chanceOfSuch, LEVEL } from './refuted.js';

/** The results of a world's trials, and whether they refute the promise. */
export interface Result {
  readonly name: string;
  readonly loss: string;
  readonly n: number;
  readonly unit: 'rows' | 'groups';
  readonly epsilon: number;
  readonly delta: number;
  readonly trials: number;
  readonly violations: number;
  /** Probability of a violation where it is known exactly, else null: at most delta. */
  readonly expected: number | null;
  /** Mean share of rows that exit, and the share with the best threshold. */
  readonly acceptance: number;
  readonly oracleAcceptance: number;
  readonly willumpViolations: number;
  /** null if there is no band. */
  readonly bandViolations: number | null;
}

/** Refutes the promise: exactly this rate if it is known, else at most delta. */
export function promiseCheck({ name, violations, trials, expected, delta }: Result): Check {
  return expected === null
    ? atLeast(
        `${name}: chance of ${violations} or more of ${trials} broken, were it ${delta}`,
        chanceOfMore(violations, trials, delta),
        LEVEL,
      )
    : atLeast(
        `${name}: chance of as few or many as ${violations} of ${trials} broken, were it ${expected.toPrecision(3)}`,
        chanceOfSuch(violations, trials, expected),
        LEVEL,
      );
}

export function bandCheck({ name, bandViolations, trials, delta }: Result): Check[] {
  if (bandViolations === null) return [];
  return [
    atLeast(
      `${name}: chance of ${bandViolations} or more of ${trials} frontiers with a false promise, were it ${delta}`,
      chanceOfMore(bandViolations, trials, delta),
      LEVEL,
    ),
  ];
}

export interface Flagged {
  readonly name: string;
  readonly trials: number;
  readonly violations: number;
  /** The rate of an honest procedure: exactly, or at most. */
  readonly expected: number;
  readonly flagged: boolean;
}

export function faultOf(result: Result): Flagged {
  const { name, trials, violations, expected, delta } = result;
  return {
    name,
    trials,
    violations,
    expected: expected ?? delta,
    flagged: promiseCheck(result).ok === false,
  };
}

/** Its promise is none, but a threshold chosen so is served as if it were one. */
export function willumpOf(result: Result, where: string): Flagged {
  return faultOf({
    ...result,
    name: `Willump's rule, a threshold by point estimate, ${where}`,
    violations: result.willumpViolations,
    expected: null,
  });
}

export function faultCheck({ name, flagged, violations, trials }: Flagged): Check {
  return {
    what: `what must break a promise does: ${name}`,
    value: `${violations} of ${trials}`,
    goal: 'refuted',
    ok: flagged,
  };
}
