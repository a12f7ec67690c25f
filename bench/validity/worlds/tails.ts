import { even } from './cells.js';
import type { Cell, World } from './world.js';

/** Equally likely steps of the full model's error. */
const STEPS = 100;
const POSITIONS = 40;

/**
 * Regression with heavy tails: where a row at position u exits, the stage's number is off by u² / 4 times Student's t of
 * two degrees of freedom, whose variance is infinite. The loss is the absolute error, 1 at most.
 *
 * Values are represented by codes: those of the stage by the position, those of the full model by
 * the hundredth of the distribution that the error is in. The loss there is the exact mean within
 * the hundredth.
 */
export function heavyTails(): World {
  const losses = Array.from({ length: POSITIONS }, (_, j) => clippedParts(4 / ((j + 0.5) / POSITIONS) ** 2));
  const cells = losses.flatMap((_, j) =>
    Array.from({ length: STEPS }, (_, step): Cell => {
      const full = POSITIONS + step;
      return {
        chance: 1 / POSITIONS / STEPS,
        position: (j + 0.5) / POSITIONS,
        decided: j,
        full,
        label: full,
      };
    }),
  );
  const loss = (answer: number, full: number) => (answer === full ? 0 : losses[answer][full - POSITIONS]);
  const classes = POSITIONS + STEPS;
  return {
    name: 'regression with heavy tails, by betting',
    question: { all: [{ loss: { name: 'absolute error', loss }, epsilon: 0.05 }], delta: 0.05 },
    n: 500,
    classes,
    path: Array.from({ length: POSITIONS }, (_, j) => even((j + 1) / POSITIONS, classes)),
    kinds: [{ share: 1, size: 1, repeat: 0, cells }],
    grouped: false,
  };
}

/**
 * The mean of min(1, |T| / scale) for Student's T of two degrees of freedom: P(|T| <= x) = x / √(2 + x²), and the mean is
 * the integral of P(|T| > scale u) over u from 0 to 1.
 */
export function clippedMean(scale: number): number {
  return 1 - (Math.sqrt(2 + scale ** 2) - Math.SQRT2) / scale;
}

/** The same mean within each of the equally likely parts of |T|'s distribution. */
export function clippedParts(scale: number): number[] {
  const upTo = Array.from({ length: STEPS + 1 }, (_, step) => meanUpTo(step / STEPS, scale));
  return Array.from({ length: STEPS }, (_, step) => Math.min(1, STEPS * (upTo[step + 1] - upTo[step])));
}

/** The contribution to the mean of values up to |T|'s quantile at `p`. */
function meanUpTo(p: number, scale: number): number {
  const reached = scale / Math.sqrt(2 + scale ** 2);
  // ∫ t dP(|T| <= t) from 0 to x is √2 - 2 / √(2 + x²); at the quantile, x / √(2 + x²) = p.
  const below = Math.min(p, reached);
  return (Math.SQRT2 * (1 - Math.sqrt(1 - below ** 2))) / scale + (p - below);
}
