import { textOfUnits } from '../../../util/textOfUnits.js';
import type { PatternClasses } from './characters.js';
import { type FoundTerms, type TermFinder, wordFinder } from './finder.js';
import { TokenPattern } from './pattern/index.js';
import { type ReadingOptions, readingOf, type TextReading } from './reading.js';
import {
  dropWords,
  isHigh,
  joinWords,
  type Scan,
  scanChars,
  scanPadded,
  scanTokens,
  scanWords,
} from './scan.js';
import { splitsBy } from './splits.js';
import { extendHash, HASH_START, hashUnits, spreadHash, Vocabulary } from './vocabulary.js';

/** What n-grams are made of. */
export type Analyzer = 'word' | 'char' | 'char_wb';

/** Which n-grams of a text are its terms. */
export interface GramOptions extends ReadingOptions {
  /**
   * Words (runs of two or more letters, digits or underscores), characters across word boundaries, or (`'char_wb'`)
   * characters within what white space separates, with a blank before and after it. @defaultValue 'word'
   */
  readonly analyzer?: Analyzer;
  /** Shortest and longest n-gram. @defaultValue [1, 1] */
  readonly ngrams?: readonly [number, number];
  /** Words left out before n-grams of words are made, in the form in which texts are read. @defaultValue none */
  readonly stopWords?: readonly string[];
  /**
   * What words are, in the syntax of Python's `re` (see docs/features.md). @defaultValue two or more letters, digits
   * or underscores
   */
  readonly tokenPattern?: string;
}

/** How words are read. */
export interface WordReading {
  readonly reading: TextReading;
  /** Words that are no terms. */
  readonly dropped: Vocabulary | undefined;
}

/** Gives terms their ids. */
export interface Identify {
  /** The id of a span, -1 if it has none. */
  one(units: Uint16Array, start: number, end: number, hash: number): number;
  /** The ids of single words in lower case, of many texts at once; always read in the same way. */
  words?(texts: readonly string[], from: number, how: WordReading): FoundTerms | undefined;
  /** Octets of tables that were made for it. */
  readonly octets: number;
}

/** Terms from which on a finder's tables, some 50 octets a term, are made only for many texts. */
const MANY_TERMS = 1 << 17;

/** @param isShared whether the vocabulary's table belongs to others as well */
export function finding(vocabulary: Vocabulary, isShared = false): Identify {
  // Characters and runs of words are looked up one by one, and need no kernel.
  let finder: TermFinder | 'none' | undefined;
  // Making the tables reads the whole vocabulary: it waits for as many characters of texts.
  let waits = vocabulary.size < MANY_TERMS ? 0 : vocabulary.arena().length;
  return {
    one: (units, start, end, hash) => vocabulary.find(units, start, end, hash),
    words(texts, from, { reading, dropped }) {
      if (waits > 0) {
        waits -= texts[from].length;
        return undefined;
      }
      finder ??= wordFinder(vocabulary, reading, dropped) ?? 'none';
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

/** The pattern of the words that are read without one. */
const USUAL = /^(\(\?u\))?\\b\\w\\w\+\\b$/;

/** The longest n-grams of which the beginnings of texts are of use for the whole. */
const LONGEST = 64;

/** Reads texts' n-grams, repeats included. */
export class Grams implements WordReading {
  readonly dropped: Vocabulary | undefined;
  private ids = new Int32Array(1024);
  private length = 0;
  private readonly ends = new Uint32Array(1);
  /** What was scanned last, and where in it the first n-gram begins that isn't settled. */
  private scan: Scan | undefined;
  private open = 0;
  /** A text's n-grams come in groups: those of words by their size, and those of characters as one. */
  readonly groups: number;
  /** Of the text that was read alone last, where each group ends. */
  readonly groupEnds: Uint32Array;
  /** And where its settled n-grams end: with more text behind it no other n-gram comes before their last. */
  readonly settled: Uint32Array;

  private readonly analyzer: Analyzer;
  private readonly shortest: number;
  private readonly longest: number;
  private readonly pattern: TokenPattern | undefined;
  /** Whether terms are words as a finder reads them. */
  private readonly isPlain: boolean;
  /** Whether what was read of a text's beginning is of use for the whole. */
  readonly canGoOn: boolean;
  /** Where a text can be cut so that its parts are read as the whole is, by the units on both sides. */
  readonly splits: (before: number, after: number) => boolean;

  /**
   * @param reading @defaultValue by the options, and the engine's Unicode
   * @param classes of the pattern. @defaultValue the engine's
   */
  constructor(
    options: GramOptions,
    private readonly identify: Identify,
    readonly reading: TextReading = readingOf(options),
    classes?: PatternClasses,
  ) {
    const { analyzer = 'word', ngrams = [1, 1], stopWords = [], tokenPattern } = options;
    this.analyzer = analyzer;
    [this.shortest, this.longest] = ngrams;
    this.dropped = stopWords.length > 0 ? Vocabulary.of(stopWords) : undefined;
    const isUsual = tokenPattern === undefined || (reading.isPython && USUAL.test(tokenPattern));
    this.pattern = isUsual ? undefined : new TokenPattern(tokenPattern, classes);
    this.isPlain = analyzer === 'word' && this.longest === 1 && reading.lowercase && !this.pattern;
    this.canGoOn = this.pattern === undefined && this.longest <= LONGEST;
    this.groups = analyzer === 'word' && this.canGoOn ? this.longest - this.shortest + 1 : 1;
    this.groupEnds = new Uint32Array(this.groups);
    this.settled = new Uint32Array(this.groups);
    this.splits = splitsBy(analyzer, reading);
  }

  /** Octets of its tables and buffers. */
  get octets(): number {
    return this.ownOctets + this.identify.octets;
  }

  /** The same without those of what gives terms their ids. */
  get ownOctets(): number {
    return this.ids.byteLength + (this.dropped?.octets ?? 0);
  }

  /** The n-grams of `texts` from position `from` on: of one text, or of several where that is quicker. */
  read(texts: readonly string[], from: number): FoundTerms {
    this.scan = undefined;
    const found = this.isPlain ? this.identify.words?.(texts, from, this) : undefined;
    if (found) return found;
    this.length = 0;
    const text = texts[from];
    if (this.analyzer === 'word') this.words(text);
    else if (this.analyzer === 'char') this.chars(scanChars(text, this.reading));
    else this.padded(scanPadded(text, this.reading));
    const { ids, ends } = this;
    ends[0] = this.length;
    return { ids, ends, texts: 1 };
  }

  /**
   * The end of the text that was read last, as it was read, from where the first n-gram begins that isn't settled.
   *
   * @returns '' where all are; undefined where it would be read in another way with more text behind it
   */
  tail(): string | undefined {
    const { scan, open, reading } = this;
    if (scan === undefined) return '';
    const tail = textOfUnits(scan.units, open, scan.length);
    return reading.normal(tail) === tail ? tail : undefined;
  }

  private chars(scan: Scan): void {
    this.reserve(scan.length * this.sizes(scan.length));
    this.scan = scan;
    this.open = this.lastOf(scan);
    this.within(scan, 0, scan.length, this.open);
    this.settled[0] = this.length;
    this.within(scan, this.open, scan.length);
    this.groupEnds[0] = this.length;
  }

  /** Where the last characters begin, one fewer than in the longest n-gram. */
  private lastOf({ units, length, hasPairs }: Scan): number {
    let at = length;
    for (let left = this.longest - 1; left > 0 && at > 0; left--)
      at -= hasPairs && this.reading.isPython && at > 1 && isHigh(units[at - 2]) ? 2 : 1;
    return at;
  }

  private padded(scan: Scan): void {
    const { starts, ends, tokens } = scan;
    // Neighbours share a blank.
    this.reserve((scan.length + tokens) * this.sizes(scan.length));
    for (let t = 0; t < tokens; t++) {
      // What is shorter than any n-gram counts as a whole.
      if (!this.within(scan, starts[t], ends[t])) this.add(scan.units, starts[t], ends[t]);
    }
  }

  /** The n-grams of the characters of a span that begin before `until`. @returns whether it is long enough for any */
  private within(scan: Scan, from: number, to: number, until = to): boolean {
    if (scan.hasPairs && this.reading.isPython) return this.withinPairs(scan.units, from, to, until);
    const { shortest, longest, ids } = this;
    const { one } = this.identify;
    const { units } = scan;
    let found = this.length;
    for (let start = from; start < until; start++) {
      let hash = HASH_START;
      const stop = Math.min(to, start + longest);
      const first = start + shortest;
      for (let end = start; end < stop; ) {
        hash = extendHash(hash, units[end++]);
        if (end < first) continue;
        const id = one(units, start, end, hash);
        if (id >= 0) ids[found++] = id;
      }
    }
    this.length = found;
    return to - from >= shortest;
  }

  /** The same where a character may take two units. */
  private withinPairs(units: Uint16Array, from: number, to: number, until: number): boolean {
    const { shortest, longest } = this;
    const next = (at: number) => at + (isHigh(units[at]) ? 2 : 1);
    let characters = 0;
    for (let start = from; start < until; start = next(start), characters++) {
      let end = start;
      for (let size = 1; size <= longest && end < to; size++) {
        end = next(end);
        if (size >= shortest) this.add(units, start, end);
      }
    }
    return characters >= shortest;
  }

  private words(text: string): void {
    const { shortest, longest, reading, pattern, dropped } = this;
    const scan = pattern === undefined ? scanWords(text, reading) : scanTokens(text, reading, pattern);
    if (dropped !== undefined) dropWords(scan, dropped);
    if (longest > 1) joinWords(scan);
    this.scan = scan;
    const { tokens } = scan;
    this.reserve(tokens * this.sizes(tokens));
    const settled = Math.max(0, tokens - longest + 1);
    this.open = settled < tokens ? scan.starts[settled] : scan.length;
    const last = Math.max(Math.min(longest, tokens), shortest + this.groups - 1);
    for (let size = shortest; size <= last; size++) {
      this.runs(scan, size, 0, settled);
      this.settled[size - shortest] = this.length;
      this.runs(scan, size, settled, tokens - size + 1);
      this.groupEnds[size - shortest] = this.length;
    }
    this.groupEnds[this.groups - 1] = this.length;
  }

  /** How many sizes of n-grams there are in so many characters or words, at least 1. */
  private sizes(length: number): number {
    return Math.max(1, Math.min(this.longest, length) - this.shortest + 1);
  }

  /** Runs of `size` words that begin with words `from … until - 1`. */
  private runs({ units, starts, ends }: Scan, size: number, from: number, until: number): void {
    const { ids, identify } = this;
    let found = this.length;
    for (let first = from; first < until; first++) {
      const start = starts[first];
      const end = ends[first + size - 1];
      const id = identify.one(units, start, end, hashUnits(units, start, end));
      if (id >= 0) ids[found++] = id;
    }
    this.length = found;
  }

  private add(units: Uint16Array, start: number, end: number): void {
    const id = this.identify.one(units, start, end, hashUnits(units, start, end));
    if (id >= 0) this.ids[this.length++] = id;
  }

  private reserve(length: number): void {
    if (this.ids.length < length) this.ids = new Int32Array(length * 2);
  }
}
