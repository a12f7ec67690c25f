import fc from 'fast-check';
import type { FittedFeature, TfidfOptions } from '../../lib/features/define/index.js';

/** Terms and TF-IDF over plain strings and maps: slow, short, and nothing shared with the library. */

export function plainWords(text: string): string[] {
  return wordsOf(text.toLowerCase());
}

function wordsOf(text: string): string[] {
  return text
    .replace(/[^\p{L}\p{N}\p{M}_\p{Cs}\u{10000}-\u{10ffff}]+/gu, ' ')
    .split(' ')
    .filter((word) => word.length >= 2);
}

/** Python's white space. */
const SPACE = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';

export function plainTerms(text: string, options: TfidfOptions): string[] {
  const { analyzer = 'word', ngrams = [1, 1], stopWords = [], terms: kind } = options;
  const isPython = kind === 'python';
  const normal = plainNormal(text, options);
  if (analyzer === 'word') {
    const words = isPython ? (normal.match(/[\p{L}\p{N}_]{2,}/gu) ?? []) : wordsOf(normal);
    return runs(
      words.filter((word) => !stopWords.includes(word)),
      ngrams,
      ' ',
    );
  }
  const parts = (given: string) => (isPython ? Array.from(given) : given.split(''));
  const closed = normal.replace(isPython ? new RegExp(`${SPACE}{2,}`, 'g') : /\s+/g, ' ');
  if (analyzer === 'char') return runs(parts(closed), ngrams, '');
  return closed
    .split(isPython ? new RegExp(SPACE) : ' ')
    .filter((word) => word !== '')
    .flatMap((word) => {
      const padded = parts(` ${word} `);
      return padded.length < ngrams[0] ? [padded.join('')] : runs(padded, ngrams, '');
    });
}

/** The form of a text that terms are taken from. */
function plainNormal(text: string, { lowercase = true, stripAccents, terms }: TfidfOptions): string {
  const formed = terms === 'python' ? text.replace(/\p{Surrogate}/gu, '\ufffd') : text;
  const lowered = lowercase ? formed.toLowerCase() : formed;
  if (stripAccents === undefined) return lowered;
  const decomposed = lowered.normalize('NFKD');
  if (stripAccents === 'ascii') return decomposed.replace(/[^\0-\x7f]/g, '');
  // A mark of a combining class moves before one of a higher class, or behind one of a lower.
  const combines = (mark: string) =>
    `a${mark}\u0334`.normalize('NFD') !== `a${mark}\u0334` ||
    `a\u0345${mark}`.normalize('NFD') !== `a\u0345${mark}`;
  return Array.from(decomposed, (each) => (combines(each) ? '' : each)).join('');
}

function runs(
  parts: readonly string[],
  [shortest, longest]: readonly [number, number],
  between: string,
): string[] {
  const terms: string[] = [];
  for (let size = shortest; size <= longest; size++) {
    for (let from = 0; from + size <= parts.length; from++) {
      terms.push(parts.slice(from, from + size).join(between));
    }
  }
  return terms;
}

export interface PlainTfidf {
  /** The columns' terms, in order. */
  readonly terms: readonly string[];
  row(text: string): Map<string, number>;
}

export function plainTfidf(texts: readonly string[], options: TfidfOptions): PlainTfidf {
  const { minDf = 1, maxDf = 1, maxFeatures, binary, sublinear, idf = true, norm = 'l2' } = options;
  const total = new Map<string, number>();
  const df = new Map<string, number>();
  for (const text of texts) {
    const terms = plainTerms(text, options);
    for (const term of terms) total.set(term, (total.get(term) ?? 0) + 1);
    for (const term of new Set(terms)) df.set(term, (df.get(term) ?? 0) + 1);
  }
  const count = (term: string) => total.get(term) ?? 0;
  const rows = (term: string) => df.get(term) ?? 0;
  const kept = [...total.keys()]
    .filter((term) => rows(term) >= minDf && rows(term) / texts.length <= maxDf)
    .sort((a, b) => count(b) - count(a) || (a < b ? -1 : 1))
    .slice(0, maxFeatures);
  const weight = (term: string) => (idf ? Math.log((1 + texts.length) / (1 + rows(term))) + 1 : 1);
  return {
    terms: kept,
    row(text) {
      const all = plainTerms(text, options);
      const values = new Map<string, number>();
      for (const term of kept) {
        const found = all.filter((other) => other === term).length;
        const times = binary ? Math.min(1, found) : found;
        if (times > 0) values.set(term, (sublinear ? 1 + Math.log(times) : times) * weight(term));
      }
      const sum = (of: (value: number) => number) => [...values.values()].reduce((all, v) => all + of(v), 0);
      const length = norm === 'l2' ? Math.sqrt(sum((v) => v * v)) : norm === 'l1' ? sum((v) => v) : 1;
      return new Map([...values].map(([term, value]) => [term, value / length]));
    },
  };
}

/** The terms of a fitted feature's columns, in order, read from its state. */
export function columnTerms(fitted: FittedFeature<never>): string[] {
  const { units, ends } = fitted.state.tensors;
  const text = String.fromCharCode(...units);
  return [...ends].map((end, i) => text.slice(i === 0 ? 0 : ends[i - 1], end));
}

const unit = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'A', 'ab', ' ', '\n', '.', '_', '1', '\0') },
  // Letters that lower-casing lengthens, moves or joins; wide blanks; marks; pairs and halves of pairs.
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...['é', 'É', 'İ', 'Σ', 'ß', 'ж', '中', '٣', '\u0301', '\u00a0', '\u2003', '\ufeff', '—'],
      ...['😀', '𝔸', '𐐀', '\ud83d', '\ude00', '👍🏽', '\u0345', '\x1d', '\x85', '한', 'ﬁ', '℃'],
    ),
  },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) },
);

/** Any string of code units, made mostly of a few pieces so that terms meet again. */
export const anyText = fc.oneof(
  fc.array(unit, { maxLength: 30 }).map((units) => units.join('')),
  fc.string({ unit: 'binary' }),
);

/** Options of terms that have a vocabulary. */
export const termOptions: fc.Arbitrary<TfidfOptions> = fc.record(
  {
    analyzer: fc.constantFrom('word' as const, 'char' as const, 'char_wb' as const),
    terms: fc.constant('python' as const),
    lowercase: fc.boolean(),
    stripAccents: fc.constantFrom('unicode' as const, 'ascii' as const),
    binary: fc.boolean(),
    ngrams: fc
      .tuple(fc.integer({ min: 1, max: 3 }), fc.nat(2))
      .map(([shortest, more]): [number, number] => [shortest, shortest + more]),
    maxFeatures: fc.integer({ min: 1, max: 20 }),
    minDf: fc.integer({ min: 1, max: 3 }),
    maxDf: fc.constantFrom(1 / 4, 1 / 2, 1),
    sublinear: fc.boolean(),
    idf: fc.boolean(),
    norm: fc.constantFrom('l1' as const, 'l2' as const, 'none' as const),
  },
  { requiredKeys: [] },
);
/** The same for words, some of them left out. */
export const wordOptions: fc.Arbitrary<TfidfOptions> = fc
  .tuple(termOptions, fc.subarray(['aa', 'ab', 'a1', 'b_', '中中']))
  .map(([options, stopWords]) => ({ ...options, analyzer: 'word', stopWords }));
/** Options of terms that are hashed. */
export const hashedOptions = fc.record({ hashing: fc.integer({ min: 1, max: 40 }), sublinear: fc.boolean() });
export const anyTermOptions = fc.oneof(
  { weight: 3, arbitrary: termOptions },
  { weight: 1, arbitrary: hashedOptions },
);
