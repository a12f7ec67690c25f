import type { Random } from '../../lib/stats/index.js';
import type { Kind } from './worlds/world.js';

/**
 * Draws `groups` groups: for each row its cell, in the order of all kinds' cells, and its group.
 */
export type Draw = (groups: number, random: Random) => { drawn: Int32Array; groups: Int32Array };

export function drawer(kinds: readonly Kind[]): Draw {
  const pickKind = picker(kinds.map(({ share }) => share));
  let start = 0;
  const picks = kinds.map(({ cells }) => {
    const [first, pick] = [start, picker(cells.map(({ chance }) => chance))];
    start += cells.length;
    return (random: Random) => first + pick(random.uniform());
  });
  return (count, random) => {
    const of = Int32Array.from({ length: count }, () => pickKind(random.uniform()));
    const rows = of.reduce((sum, kind) => sum + kinds[kind].size, 0);
    const [drawn, groups] = [new Int32Array(rows), new Int32Array(rows)];
    let row = 0;
    for (let group = 0; group < count; group++) {
      const { size, repeat } = kinds[of[group]];
      const pick = picks[of[group]];
      const common = pick(random);
      for (let i = 0; i < size; i++, row++) {
        groups[row] = group;
        drawn[row] = size === 1 || random.uniform() < repeat ? common : pick(random);
      }
    }
    return { drawn, groups };
  };
}

/** Turns a uniform number into a position, each with its chance. Throws where chances don't sum to 1. */
export function picker(chances: readonly number[]): (u: number) => number {
  let total = 0;
  const below = Float64Array.from(chances, (chance) => {
    total += chance;
    return total;
  });
  if (Math.abs(total - 1) > 1e-9 || chances.some((chance) => !(chance >= 0)))
    throw new RangeError(`chances: expected numbers of at least 0 that sum to 1, got a sum of ${total}`);
  return (u) => {
    let [low, high] = [0, below.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (u < below[middle]) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
