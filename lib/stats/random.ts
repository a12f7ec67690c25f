import { log } from '../util/math/index.js';

/** A stream of pseudo-random numbers, the same in every run for the same seed. */
export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** Uniform among 0 … n - 1, without bias, for n from 1 to 2^32. */
  integer(n: number): number;
  /** Standard normal. */
  normal(): number;
  /** Puts `items` into an order in which every permutation is equally likely; in place. */
  shuffle(items: Int32Array): void;
  /**
   * A separate stream under `name`. It depends only on this stream's seed and the name, never on
   * the numbers drawn so far, so that one part of a program can't disturb another's randomness.
   */
  fork(name: string): Random;
}

/**
 * Doty-Humphrey's sfc32 (PractRand): 128 bits of state, passes BigCrush and PractRand. Not for secrets.
 *
 * @param seed any number or string; a number is the same seed as its decimal form
 *
 * @example
 * const random = random(1).fork('folds');
 */
export function random(seed: number | string): Random {
  return stream(part(String(seed)));
}

/**
 * An unpredictable seed: 128 bits from the system's source of randomness, as 32 hexadecimal digits.
 * It is for guarantees that need draws which nobody knows beforehand; kept beside the results, it
 * repeats the draws.
 *
 * @example
 * const seed = freshSeed();
 * random(seed).uniform() === random(seed).uniform(); // true
 */
export function freshSeed(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) =>
    word.toString(16).padStart(8, '0'),
  ).join('');
}

/** With its length in front, so that no two paths of names are spelt alike. */
function part(name: string): string {
  return `${name.length}:${name}`;
}

function stream(path: string): Random {
  let [a, b, c, counter] = digest(path);
  let spare = Number.NaN;

  function word(): number {
    const sum = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  // The seed's bits need a dozen rounds to reach every word.
  for (let i = 0; i < 16; i++) word();

  function uniform(): number {
    return ((word() >>> 5) * 0x4000000 + (word() >>> 6)) / 0x20000000000000;
  }

  function integer(n: number): number {
    const whole = 0x100000000 - (0x100000000 % n);
    let value = word();
    while (value >= whole) value = word();
    return value % n;
  }

  /** Marsaglia's polar method, which gives two at a time. */
  function normal(): number {
    if (!Number.isNaN(spare)) {
      const value = spare;
      spare = Number.NaN;
      return value;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * log(square)) / square);
      spare = y * scale;
      return x * scale;
    }
  }

  function shuffle(items: Int32Array): void {
    for (let i = items.length - 1; i > 0; i--) {
      const j = integer(i + 1);
      const item = items[i];
      items[i] = items[j];
      items[j] = item;
    }
  }

  return { uniform, integer, normal, shuffle, fork: (name) => stream(path + part(name)) };
}

const MULTIPLIERS = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f] as const;

/** Four words of a string: four multiplicative hashes, then each finished with all the others mixed in. */
function digest(text: string): [number, number, number, number] {
  const words: [number, number, number, number] = [1, 2, 3, 4];
  for (let i = 0; i < text.length; i++) {
    for (let w = 0; w < 4; w++) {
      const mixed = Math.imul(words[w] ^ text.charCodeAt(i), MULTIPLIERS[w]);
      words[w] = mixed ^ (mixed >>> 15);
    }
  }
  for (let round = 0; round < 8; round++) {
    const w = round & 3;
    words[w] = finish((words[0] + words[1] + words[2] + words[3] + round) ^ words[w]);
  }
  return words;
}

/** The avalanche step of MurmurHash3: every bit of `h` moves every bit of the result. */
function finish(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
