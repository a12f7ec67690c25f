import { isWithin, type Ranges } from '../ranges.js';
import { fail } from './syntax.js';

/**
 * A pattern sees of a character no more than which of its sets have it. So characters are read as letters of a small
 * alphabet, one for all characters of the same sets: then a pattern is about a few letters, whatever the engine knows
 * of characters.
 */
export class Alphabet {
  /** By unit of the basic plane, its letter; beyond it letters are those of runs. */
  private readonly basic = new Uint8Array(0x10000);
  /** Where runs of characters of one letter begin, ascending, and their letters. */
  private readonly starts: readonly number[];
  private readonly runs: readonly number[];
  /** For each set the letters of its characters: 1 and more, below 128. */
  readonly lettersOf: readonly (readonly number[])[];

  constructor(sets: readonly Ranges[]) {
    const starts = new Set([0]);
    for (const set of sets) for (const [i, end] of set.entries()) starts.add(i % 2 === 0 ? end : end + 1);
    this.starts = [...starts].filter((start) => start <= 0x10ffff).sort((a, b) => a - b);
    const letters = new Map<string, number>();
    const lettersOf = sets.map((): number[] => []);
    this.runs = this.starts.map((start) => {
      const own = sets.flatMap((set, s) => (isWithin(set, start) ? [s] : []));
      const known = letters.get(own.join());
      if (known !== undefined) return known;
      const letter = letters.size + 1;
      letters.set(own.join(), letter);
      for (const s of own) lettersOf[s].push(letter);
      return letter;
    });
    if (letters.size > 127) fail('it tells too many kinds of characters apart');
    this.lettersOf = lettersOf;
    this.runs.forEach((letter, run) => {
      if (this.starts[run] < 0x10000) this.basic.fill(letter, this.starts[run], this.starts[run + 1]);
    });
  }

  letter(code: number): number {
    if (code < 0x10000) return this.basic[code];
    let [low, high] = [0, this.starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.starts[middle] <= code) low = middle;
      else high = middle - 1;
    }
    return this.runs[low];
  }
}
