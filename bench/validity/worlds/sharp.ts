import { allowedErrors, binomialCdf, binomialPmf, pairedAllowed } from '../../../lib/stats/index.js';
import type { Loss } from '../certify.js';
import { type Changes, CLASSES, cellsAt, even, single } from './cells.js';
import type { Cell, World } from './world.js';

/**
 * Plans that never change an answer, then plans that lose exactly epsilon: a violation is the first of those passing its
 * test, whose probability is the test's exact size.
 */

/** As many times epsilon is the risk at the edge: serving it is a violation, by no more than shows. */
const HAIR = 1 + 1e-9;

const DELTA = 0.05;

function sharp(
  loss: Loss,
  { n, epsilon, name }: { n: number; epsilon: number; name: string },
  cells: readonly Cell[],
  expected: () => number,
): World {
  return {
    name,
    question: { all: [{ loss, epsilon }], delta: DELTA },
    n,
    classes: CLASSES,
    path: [0.1, 0.3, 0.5, 0.8, 0.9, 1].map((level) => even(level)),
    kinds: single(cells),
    grouped: false,
    expected,
  };
}

/** Safe rows before the edge, changed ones past it. */
function edge(changes: Changes): Cell[] {
  return [...cellsAt(0.1, 0.25), ...cellsAt(0.3, 0.25), ...cellsAt(0.7, 0.5, changes)];
}

export function sharpDisagreement(n: number, epsilon: number, name = 'sharp, disagreement'): World {
  const risk = epsilon * HAIR;
  return sharp('disagreement', { n, epsilon, name }, edge({ worse: risk / 2, neutral: risk / 2 }), () =>
    size(n, epsilon),
  );
}

/** Among more changes that are for the better, or neither. */
export function sharpHarm(n: number, epsilon: number): World {
  const changes = { worse: epsilon * HAIR, better: 0.02, neutral: 0.03 };
  return sharp('harm', { n, epsilon, name: 'sharp, harm' }, edge(changes), () => size(n, epsilon));
}

export function sharpAccuracy(n: number, epsilon: number): World {
  const better = 0.02;
  const changes = { worse: epsilon * HAIR + better, better, neutral: 0.03 };
  return sharp('accuracy', { n, epsilon, name: 'sharp, accuracy' }, edge(changes), () =>
    pairedSize(n, epsilon, better),
  );
}

/** Three rows in ten are the full model's class 0; past the edge some of them are called 1. */
export function sharpRecall(n: number, epsilon: number): World {
  const share = 0.3;
  const cells = confused(share, share * epsilon * HAIR);
  return sharp({ recall: 0 }, { n, epsilon, name: 'sharp, recall' }, cells, () =>
    sizeAmong(n, share, epsilon),
  );
}

/** The stage assigns seven rows in ten to class 1, rightly, and past the edge more. */
export function sharpPrecision(n: number, epsilon: number): World {
  const risk = epsilon * HAIR;
  const wrong = (0.7 * risk) / (1 - risk);
  return sharp({ precision: 1 }, { n, epsilon, name: 'sharp, precision' }, confused(0.3, wrong), () =>
    sizeAmong(n, 0.7 + wrong, epsilon),
  );
}

/** A share of rows is the full model's class 0; some of them exit as class 1 past the edge. */
function confused(share: number, wrong: number): Cell[] {
  return [
    { chance: share - wrong, position: 0.1, decided: 0, full: 0, label: 0 },
    { chance: 0.3, position: 0.3, decided: 1, full: 1, label: 1 },
    { chance: wrong, position: 0.7, decided: 1, full: 0, label: 0 },
    { chance: 0.7 - share, position: 0.7, decided: 1, full: 1, label: 1 },
  ];
}

/** The exact size of the binomial test. */
export function size(n: number, epsilon: number): number {
  return binomialCdf(allowedErrors(n, epsilon, DELTA), n, epsilon);
}

/** The same where each row counts with a probability of `share`. */
function sizeAmong(n: number, share: number, epsilon: number): number {
  return expectation(n, share, (count) => size(count, epsilon));
}

/** P(B <= allowed(C)) where C gains and B losses are trinomial with chances `pc` and `pc + epsilon`, by summation. */
export function pairedSize(n: number, epsilon: number, pc: number): number {
  return expectation(n, pc, (c) =>
    binomialCdf(pairedAllowed(c, n, epsilon, DELTA), n - c, (pc + epsilon) / (1 - pc)),
  );
}

/** The expectation of a function of a binomial count, over the mass that a trial could show. */
function expectation(n: number, p: number, of: (count: number) => number): number {
  let sum = 0;
  for (let count = 0; count <= n; count++) {
    const weight = binomialPmf(count, n, p);
    if (weight > 1e-9) sum += weight * of(count);
  }
  return sum;
}

/**
 * Plans beside a safe one, each of which errs on rows of its own and loses exactly epsilon. If they
 * are tested in order, the first decides. Looking at all of them and taking one that passes is
 * wrong far more often.
 */
export function disjointPlans(rivals: number): World {
  const [n, epsilon, classes] = [94, 0.05, rivals + 1];
  return {
    name: `sharp, each of ${rivals} plans errs on rows of its own`,
    question: { all: [{ loss: 'disagreement', epsilon }], delta: DELTA },
    n,
    classes,
    path: Array.from({ length: classes }, (_, j) => even(0, classes).with(0, 1).with(j, 1)),
    kinds: single([
      ...ofClass(0, 0.2, 0),
      ...Array.from({ length: rivals }, (_, j) => ofClass(j + 1, 0.8 / rivals, epsilon * HAIR)).flat(),
    ]),
    grouped: false,
    expected: () => size(n, epsilon),
  };
}

/** Rows that the stage assigns to one class; some belong to another. */
export function ofClass(decided: number, chance: number, wrong: number): Cell[] {
  const other = decided === 0 ? 1 : 0;
  const row = { position: 0.5, decided };
  const cells = [
    { ...row, chance: chance - wrong, full: decided, label: decided },
    { ...row, chance: wrong, full: other, label: other },
  ];
  return cells.filter((cell) => cell.chance > 0);
}
