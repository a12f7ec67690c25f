import { type FindTerms, type FoundTerms, type TermFinder, wordFinder } from './finder.js';
import { joinWords, type Scan, scanChars, scanWords } from './scan.js';
import { extendHash, HASH_START, hashUnits, spreadHash, type Vocabulary } from './vocabulary.js';

export type Analyzer = 'word' | 'char';

/** Which n-grams of a text are its terms. */
export interface GramOptions {
  /**
   * Words (runs of two or more letters, digits or underscores), or characters across word boundaries. @defaultValue
   * 'word'
   */
  readonly analyzer?: Analyzer;
  /** Shortest and longest n-gram. @defaultValue [1, 1] */
  readonly ngrams?: readonly [number, number];
}

/** Gives terms their ids. */
export interface Identify {
  /** The id of a span, -1 if it has none. */
  one(units: Uint16Array, start: number, end: number, hash: number): number;
  /** The ids of single words, of many texts at once. */
  readonly words?: FindTerms;
  /** Octets of tables that were made for it. */
  readonly octets: number;
}

/** @param isShared whether the vocabulary's table belongs to others as well */
export function finding(vocabulary: Vocabulary, isShared = false): Identify {
  // Characters and runs of words are looked up one by one, and need no kernel.
  let finder: TermFinder | 'none' | undefined;
  return {
    one: (units, start, end, hash) => vocabulary.find(units, start, end, hash),
    words(texts, from) {
      finder ??= wordFinder(vocabulary) ?? 'none';
      return finder === 'none' ? undefined : finder.find(texts, from);
    },
    get octets() {
      const own = isShared ? 0 : vocabulary.octets;
      return own + (finder === undefined || finder === 'none' ? 0 : finder.octets);
    },
  };
}

export function interning(vocabulary: Vocabulary): Identify {
  return {
    one: (units, start, end, hash) => vocabulary.intern(units, start, end, hash),
    get octets() {
      return vocabulary.octets;
    },
  };
}

/** Feature hashing (Weinberger et al., ICML 2009): a term's column is its hash, so no vocabulary is kept. */
export function hashing(columns: number): Identify {
  return {
    one: (_units, _start, _end, hash) => (spreadHash(Math.imul(hash, 0x9e3779b1)) >>> 0) % columns,
    octets: 0,
  };
}

/** Reads texts' n-grams, repeats included. */
export class Grams {
  private ids = new Int32Array(1024);
  private length = 0;
  private readonly ends = new Uint32Array(1);

  private readonly analyzer: Analyzer;
  private readonly shortest: number;
  private readonly longest: number;

  constructor(
    { analyzer = 'word', ngrams = [1, 1] }: GramOptions,
    private readonly identify: Identify,
  ) {
    this.analyzer = analyzer;
    [this.shortest, this.longest] = ngrams;
  }

  /** Octets of its tables and buffers. */
  get octets(): number {
    return this.ids.byteLength + this.identify.octets;
  }

  /** The n-grams of `texts` from position `from` on: of one text, or of several where that is quicker. */
  read(texts: readonly string[], from: number): FoundTerms {
    if (this.analyzer === 'word' && this.longest === 1) {
      const found = this.identify.words?.(texts, from);
      if (found) return found;
    }
    this.length = 0;
    if (this.analyzer === 'word') this.words(texts[from]);
    else this.chars(texts[from]);
    const { ids, ends } = this;
    ends[0] = this.length;
    return { ids, ends, texts: 1 };
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
    const { shortest, longest } = this;
    const scan = scanWords(text);
    this.reserve(scan.tokens * (longest - shortest + 1));
    if (shortest === 1) this.runs(scan, 1);
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
