import { joinWords, type Scan, scanChars, scanWords } from './scan.js';
import { extendHash, HASH_START, hashUnits, spread, type Vocabulary } from './vocabulary.js';
import { WordIndex, wordHash } from './wordKeys.js';

export type Analyzer = 'word' | 'char';

/** Gives terms their ids: the one of a span, -1 where it has none, and those of all words of a text that have one. */
export interface Identify {
  one(units: Uint16Array, start: number, end: number, hash: number): number;
  /** Writes the ids to `ids`, which has room for all words; returns how many there were. */
  words(scan: Scan, ids: Int32Array): number;
}

export function finding(vocabulary: Vocabulary): Identify {
  // Characters and runs of words are looked up one by one, and need no index.
  let index: WordIndex | undefined;
  return {
    one: (units, start, end, hash) => vocabulary.find(units, start, end, hash),
    words(scan, ids) {
      index ??= new WordIndex(vocabulary);
      return index.find(scan, ids);
    },
  };
}

export function interning(vocabulary: Vocabulary): Identify {
  return oneByOne((units, start, end, hash) => vocabulary.intern(units, start, end, hash));
}

/** Feature hashing (Weinberger et al., ICML 2009): a term's column is its hash, so no vocabulary is kept. */
export function hashing(columns: number): Identify {
  return oneByOne((_units, _start, _end, hash) => (spread(Math.imul(hash, 0x9e3779b1)) >>> 0) % columns);
}

function oneByOne(one: Identify['one']): Identify {
  return {
    one,
    words(scan, ids) {
      const { units, starts, ends, tokens } = scan;
      for (let t = 0; t < tokens; t++) ids[t] = one(units, starts[t], ends[t], wordHash(scan, t));
      return tokens;
    },
  };
}

/** The ids of a text's n-grams, repeats included, in a buffer that is used again for the next text. */
export class Grams {
  ids = new Int32Array(1024);
  length = 0;

  constructor(
    private readonly analyzer: Analyzer,
    private readonly shortest: number,
    private readonly longest: number,
    private readonly identify: Identify,
  ) {}

  read(text: string): void {
    this.length = 0;
    if (this.analyzer === 'word') this.words(text);
    else this.chars(text);
  }

  private chars(text: string): void {
    const { shortest, longest } = this;
    const { one } = this.identify;
    const { units, length } = scanChars(text);
    this.reserve(length * (longest - shortest + 1));
    const { ids } = this;
    let found = 0;
    for (let start = 0; start < length; start++) {
      let hash = HASH_START;
      const stop = Math.min(length, start + longest);
      const first = start + shortest;
      for (let end = start; end < stop; ) {
        hash = extendHash(hash, units[end++]);
        if (end < first) continue;
        const id = one(units, start, end, hash);
        if (id >= 0) ids[found++] = id;
      }
    }
    this.length = found;
  }

  private words(text: string): void {
    const { shortest, longest, identify } = this;
    const scan = scanWords(text);
    this.reserve(scan.tokens * (longest - shortest + 1));
    this.length = shortest === 1 ? identify.words(scan, this.ids) : 0;
    if (longest === 1) return;
    joinWords(scan);
    for (let size = Math.max(2, shortest); size <= longest; size++) this.runs(scan, size);
  }

  /** Runs of `size` words. */
  private runs({ units, starts, ends, tokens }: Scan, size: number): void {
    const { ids, identify } = this;
    for (let first = 0; first + size <= tokens; first++) {
      const start = starts[first];
      const end = ends[first + size - 1];
      const id = identify.one(units, start, end, hashUnits(units, start, end));
      if (id >= 0) ids[this.length++] = id;
    }
  }

  private reserve(length: number): void {
    if (this.ids.length < length) this.ids = new Int32Array(length * 2);
  }
}
