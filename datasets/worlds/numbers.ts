import { demand, demandCount } from './demand.js';
import { worldRandom } from './random.js';

/** A row of a regression problem. */
export interface NumberRow {
  /** The main part of the value. */
  readonly base: number;
  /** How uncertain the rest is: the logarithm of its standard deviation, but for a constant. */
  readonly doubt: number;
  /** The rest, which is costly to know. */
  readonly rest: number;
}

/** Options of {@link numberWorld}. */
export interface NumberWorldOptions {
  /** How many, 1 or more. */
  readonly rows: number;
  /** An integer. */
  readonly seed: number;
  /** Standard deviation of the rest where `doubt` is 0. Default 1. */
  readonly spread?: number;
  /** Standard deviation of the part of a label that no feature predicts. Default 0.5. */
  readonly noise?: number;
}

/** Rows and values of {@link numberWorld}, and the truth about them. */
export interface NumberWorld {
  readonly rows: NumberRow[];
  /** 3 base + rest, and noise. */
  readonly labels: number[];
  /** The mean absolute difference of 3 base from 3 base + rest, counted up to `scale`, where `doubt` is this. */
  readonly errorAt: (doubt: number, scale: number) => number;
}

/**
 * Values of which a cheap part predicts nearly all for some rows and little for others:
 * y = 3 base + rest + noise, with base and doubt standard normal and the rest normal with standard deviation
 * spread · exp(doubt).
 *
 * For a normal rest R of standard deviation s, E min(|R|, c) = s √(2/π) (1 - exp(-c²/2s²)) + c (1 - erf(c / s√2)).
 *
 * Throws `RangeError` for an option out of its range.
 *
 * @example
 * const world = numberWorld({ rows: 2_000, seed: 1 });
 * world.errorAt(0, Infinity); // 0.7979, the mean absolute value of a standard normal
 */
export function numberWorld(options: NumberWorldOptions): NumberWorld {
  const { rows, seed, spread = 1, noise = 0.5 } = options;
  demandCount('rows', rows);
  demand(spread > 0, 'spread', spread, 'a number above 0');
  demand(noise >= 0, 'noise', noise, 'a number of at least 0');
  const source = worldRandom(seed);
  const drawn = Array.from({ length: rows }, (): NumberRow => {
    const [base, doubt] = [source.normal(), source.normal()];
    return { base, doubt, rest: spread * Math.exp(doubt) * source.normal() };
  });
  return {
    rows: drawn,
    labels: drawn.map(({ base, rest }) => 3 * base + rest + noise * source.normal()),
    errorAt: (doubt, scale) => clippedMean(spread * Math.exp(doubt), scale),
  };
}

/** By the midpoint rule: E min(|R|, c) is the integral of the tail P(|R| > t) from 0 to c. */
function clippedMean(deviation: number, scale: number): number {
  const end = Math.min(scale, 9 * deviation);
  const steps = 4_000;
  let [sum, tail] = [0, 1];
  for (let i = 0; i < steps; i++) {
    const slice = 2 * density(((i + 0.5) * end) / steps / deviation) * (end / steps / deviation);
    sum += (tail - slice / 2) * (end / steps);
    tail -= slice;
  }
  return sum;
}

/** The density of the standard normal law. */
export function density(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}
