/** Seeded draws. The same seed gives the same sequence on every machine. */
export interface WorldRandom {
  /** Uniform on the open interval (0, 1). */
  uniform(): number;
  /** An integer, 0 … n - 1. */
  below(n: number): number;
  /** True with probability `p`. */
  chance(p: number): boolean;
  /** Standard normal. */
  normal(): number;
}

/** Chris Doty-Humphrey's sfc32 (PractRand), its first words mixed from `seed`, an integer. */
export function worldRandom(seed: number): WorldRandom {
  let a = seed | 0;
  let b = Math.floor(seed / 2 ** 32) | 0;
  let c = 0x9e3779b9 | 0;
  let counter = 1;

  function word(): number {
    const out = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + out) | 0;
    return out >>> 0;
  }

  // Seeds that differ in one bit give alike sequences until the state is stirred.
  for (let i = 0; i < 16; i++) word();

  const uniform = () => (word() + 0.5) / 2 ** 32;
  return {
    uniform,
    below: (n) => Math.floor(uniform() * n),
    chance: (p) => uniform() < p,
    // Box and Muller's transform; the second normal of the pair is thrown away for simplicity.
    normal: () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}
