import fc from 'fast-check';
import type { FittedFeature, TfidfOptions } from '../../lib/features/define/index.js';

/** Terms and TF-IDF over plain strings and maps: slow, short, and nothing shared with the library. */

export function plainWords(text: string): string[] {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_\p{Cs}\u{10000}-\u{10ffff}]+/gu, ' ')
    .split(' ')
    .filter((word) => word.length >= 2);
}

export function plainTerms(text: string, { analyzer = 'word', ngrams = [1, 1] }: TfidfOptions): string[] {
  const parts = analyzer === 'word' ? plainWords(text) : text.toLowerCase().replace(/\s+/g, ' ').split('');
  const terms: string[] = [];
  for (let size = ngrams[0]; size <= ngrams[1]; size++) {
    for (let from = 0; from + size <= parts.length; from++) {
      terms.push(parts.slice(from, from + size).join(analyzer === 'word' ? ' ' : ''));
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
  const { minDf = 1, maxDf = 1, maxFeatures, sublinear, idf = true, norm = 'l2' } = options;
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
        const times = all.filter((other) => other === term).length;
        if (times > 0) values.set(term, (sublinear ? 1 + Math.log(times) : times) * weight(term));
      }
      const length = norm === 'l2' ? Math.sqrt([...values.values()].reduce((sum, v) => sum + v * v, 0)) : 1;
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
      ...['😀', '𝔸', '𐐀', '\ud83d', '\ude00'],
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
    analyzer: fc.constantFrom('word' as const, 'char' as const),
    ngrams: fc
      .tuple(fc.integer({ min: 1, max: 3 }), fc.nat(2))
      .map(([shortest, more]): [number, number] => [shortest, shortest + more]),
    maxFeatures: fc.integer({ min: 1, max: 20 }),
    minDf: fc.integer({ min: 1, max: 3 }),
    maxDf: fc.constantFrom(1 / 4, 1 / 2, 1),
    sublinear: fc.boolean(),
    idf: fc.boolean(),
    norm: fc.constantFrom('l2' as const, 'none' as const),
  },
  { requiredKeys: [] },
);
/** Options of terms that are hashed. */
export const hashedOptions = fc.record({ hashing: fc.integer({ min: 1, max: 40 }), sublinear: fc.boolean() });
export const anyTermOptions = fc.oneof(
  { weight: 3, arbitrary: termOptions },
  { weight: 1, arbitrary: hashedOptions },
);
