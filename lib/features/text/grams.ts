import { joinWords, scanChars, scanWords } from './scan.js';
import { extendHash, HASH_START, hashUnits, spread, type Vocabulary } from './vocabulary.js';

export type Analyzer = 'word' | 'char';

/** Gives a term its id, or -1 where it has none: a vocabulary's `find` or `intern`, or hashing. */
export type Identify = (units: Uint16Array, start: number, end: number, hash: number) => number;

export const finding =
  (vocabulary: Vocabulary): Identify =>
  (units, start, end, hash) =>
    vocabulary.find(units, start, end, hash);

export const interning =
  (vocabulary: Vocabulary): Identify =>
  (units, start, end, hash) =>
    vocabulary.intern(units, start, end, hash);

/** Feature hashing (Weinberger et al., ICML 2009): a term's column is its hash, so no vocabulary is kept. */
export const hashing =
  (columns: number): Identify =>
  (_units, _start, _end, hash) =>
    (spread(Math.imul(hash, 0x9e3779b1)) >>> 0) % columns;

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
    const { shortest, longest, identify } = this;
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
        const id = identify(units, start, end, hash);
        if (id >= 0) ids[found++] = id;
      }
    }
    this.length = found;
  }

  private words(text: string): void {
    const { shortest, longest, identify } = this;
    const scan = scanWords(text);
    if (longest > 1) joinWords(scan);
    const { units, starts, ends, hashes, tokens } = scan;
    this.reserve(tokens * (longest - shortest + 1));
    const { ids } = this;
    let found = 0;
    for (let size = shortest; size <= longest; size++) {
      for (let first = 0; first + size <= tokens; first++) {
        const start = starts[first];
        const end = ends[first + size - 1];
        const hash = size === 1 ? hashes[first] : hashUnits(units, start, end);
        const id = identify(units, start, end, hash);
        if (id >= 0) ids[found++] = id;
      }
    }
    this.length = found;
  }

  private reserve(length: number): void {
    if (this.ids.length < length) this.ids = new Int32Array(length * 2);
  }
}
