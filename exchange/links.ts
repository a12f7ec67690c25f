import { exp, log1p } from '../lib/util/math/index.js';

/**
 * Turns the sums of a model, rows x `width` at the front of `out`, into its answers, in place.
 *
 * `numbers` is how many of them a row has afterwards.
 */
export interface Link {
  numbers(width: number): number;
  apply(rows: number, width: number, out: Float64Array): void;
}

/** Applies links one after the other to sums at the front of `out`, rows x `width`, in place. */
export function applyLinks(links: readonly Link[], rows: number, width: number, out: Float64Array): void {
  let numbers = width;
  for (const link of links) {
    link.apply(rows, numbers, out);
    numbers = link.numbers(numbers);
  }
}

/** How many numbers a row of `width` has after links. */
export function numbersAfter(links: readonly Link[], width: number): number {
  return links.reduce((numbers, link) => link.numbers(numbers), width);
}

/** A link that turns each number by itself. */
export const eachNumber = (turn: (x: number) => number): Link => ({
  numbers: (width) => width,
  apply: (rows, width, out) => {
    for (let i = 0; i < rows * width; i++) out[i] = turn(out[i]);
  },
});

/** A link of one number a row to two classes, given the probability of the second and of the first. */
const pair = (second: (x: number) => number, first: (x: number) => number): Link => ({
  numbers: () => 2,
  apply: (rows, _, out) => {
    // From the last row to the first, since a row's two numbers lie at or after its one.
    for (let row = rows - 1; row >= 0; row--) {
      const x = out[row];
      out[2 * row] = first(x);
      out[2 * row + 1] = second(x);
    }
  },
});

export const logisticOf = (x: number) => 1 / (1 + exp(-x));

export const exponential = eachNumber(exp);
/** ln(1 + e^x), also where e^x is beyond all numbers. */
export const softplus = eachNumber((x) => Math.max(x, 0) + log1p(exp(-Math.abs(x))));
/** For a model of square roots. */
export const signedSquare = eachNumber((x) => Math.sign(x) * x * x);
export const eachLogistic = (steepness = 1): Link => eachNumber((x) => logisticOf(steepness * x));
export const twoClasses = (steepness = 1): Link =>
  pair(
    (x) => logisticOf(steepness * x),
    (x) => logisticOf(-steepness * x),
  );
/** For a sum that is the probability of the second class. */
export const complement: Link = pair(
  (x) => x,
  (x) => 1 - x,
);

export const softmaxLink: Link = {
  numbers: (width) => width,
  apply: (rows, width, out) => {
    for (let from = 0; from < rows * width; from += width) {
      const row = out.subarray(from, from + width);
      let top = Number.NEGATIVE_INFINITY;
      for (const x of row) if (x > top) top = x;
      let sum = 0;
      for (let i = 0; i < width; i++) {
        row[i] = exp(row[i] - top);
        sum += row[i];
      }
      for (let i = 0; i < width; i++) row[i] /= sum;
    }
  },
};

/** Makes a row's numbers sum to 1; a row of zeros stays one. */
export const normalise: Link = {
  numbers: (width) => width,
  apply: (rows, width, out) => {
    for (let from = 0; from < rows * width; from += width) {
      let sum = 0;
      for (let i = from; i < from + width; i++) sum += Math.abs(out[i]);
      if (sum > 0) for (let i = from; i < from + width; i++) out[i] /= sum;
    }
  },
};
