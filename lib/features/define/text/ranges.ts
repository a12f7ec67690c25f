/** A set of characters: first and last code point of each run of them, in turn, ascending. */
export type Ranges = Uint32Array;

/** The characters of which `has` holds, a look at each code point. */
export function rangesOf(has: (code: number) => boolean): Ranges {
  const ends: number[] = [];
  for (let code = 0; code <= LAST; code++) {
    if (has(code) !== (ends.length % 2 === 1)) ends.push(ends.length % 2 === 0 ? code : code - 1);
  }
  return Uint32Array.from(ends.length % 2 === 0 ? ends : [...ends, LAST]);
}

/** The characters of some sets together. */
export function union(...sets: readonly Ranges[]): Ranges {
  const runs = sets.flatMap((set) =>
    Array.from({ length: set.length / 2 }, (_, i) => [set[2 * i], set[2 * i + 1]]),
  );
  const joined: number[] = [];
  for (const [first, last] of runs.sort((a, b) => a[0] - b[0])) {
    if (joined.length > 0 && first <= joined[joined.length - 1] + 1)
      joined.push(Math.max(joined.pop() ?? 0, last));
    else joined.push(first, last);
  }
  return Uint32Array.from(joined);
}

/** All other characters. */
export function allBut(set: Ranges): Ranges {
  // Each run's last is followed by a first, and the other way round.
  const ends = [-1, ...set, LAST + 1].map((end, i) => (i % 2 === 0 ? end + 1 : end - 1));
  const runs: number[] = [];
  for (let i = 0; i < ends.length; i += 2) if (ends[i] <= ends[i + 1]) runs.push(ends[i], ends[i + 1]);
  return Uint32Array.from(runs);
}

/** Whether a set has a character: of the basic plane by a table, of others by bisection. */
export function isIn(set: Ranges): (code: number) => boolean {
  const basic = new Uint8Array(BASIC);
  for (let i = 0; i < set.length && set[i] < BASIC; i += 2) basic.fill(1, set[i], set[i + 1] + 1);
  return (code) => (code < BASIC ? basic[code] === 1 : isWithin(set, code));
}

export function isWithin(set: Ranges, code: number): boolean {
  let [low, high] = [0, set.length / 2];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (set[2 * middle + 1] < code) low = middle + 1;
    else high = middle;
  }
  return low < set.length / 2 && set[2 * low] <= code;
}

const LAST = 0x10ffff;
const BASIC = 0x10000;
