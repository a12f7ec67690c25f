import type { Random } from '../../../../lib/stats/index.js';

/**
 * Times of arrival of a Poisson process, in milliseconds from its start.
 *
 * @param rate arrivals a second
 */
export function poissonTimes(rate: number, seconds: number, random: Random): Float64Array {
  const times: number[] = [];
  const mean = 1_000 / rate;
  for (let at = gap(mean, random); at < 1_000 * seconds; at += gap(mean, random)) times.push(at);
  return Float64Array.from(times);
}

/** Exponential. */
function gap(mean: number, random: Random): number {
  return -mean * Math.log1p(-random.uniform());
}

/**
 * Draws from Zipf's law over 0 … count - 1: item i with a weight of (i + 1) ^ -exponent.
 *
 * @param exponent 0 is uniform
 */
export function zipf(count: number, exponent: number, random: Random): () => number {
  const until = new Float64Array(count);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    sum += (i + 1) ** -exponent;
    until[i] = sum;
  }
  return () => {
    const point = random.uniform() * sum;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (until[middle] > point) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
