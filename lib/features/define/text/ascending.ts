/**
 * Puts numbers in ascending order, in a time that grows with how many they are: each sets a bit, and each word of 32
 * bits that isn't 0 sets one in the level above, up to a single word.
 */
export class Ascending {
  private readonly levels: Uint32Array[] = [];
  private written = 0;

  /** @param limit above all numbers, 1 at least */
  constructor(limit: number) {
    for (let words = limit; this.levels.length === 0 || words > 1; ) {
      words = Math.ceil(words / 32);
      this.levels.push(new Uint32Array(words));
    }
  }

  get octets(): number {
    return this.levels.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** Sorts the first `count` numbers, each of which comes once. */
  sort(numbers: Uint32Array, count: number): void {
    if (count < 2) return;
    for (let i = 0; i < count; i++) {
      let bit = numbers[i];
      for (let level = 0; level < this.levels.length; level++) {
        const words = this.levels[level];
        const before = words[bit >>> 5];
        words[bit >>> 5] = before | (1 << (bit & 31));
        if (before !== 0) break;
        bit >>>= 5;
      }
    }
    this.written = 0;
    this.take(this.levels.length - 1, 0, numbers);
  }

  /** Writes the numbers below a word, and sets its bits back to 0. */
  private take(level: number, word: number, numbers: Uint32Array): void {
    const words = this.levels[level];
    for (let bits = words[word]; bits !== 0; bits &= bits - 1) {
      const at = 32 * word + 31 - Math.clz32(bits & -bits);
      if (level === 0) numbers[this.written++] = at;
      else this.take(level - 1, at, numbers);
    }
    words[word] = 0;
  }
}
