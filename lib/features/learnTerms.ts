import { log } from '../math/index.js';
import type { TermOptions } from './termOptions.js';
import { Grams, hashing, interning } from './text/grams.js';
import { Vocabulary } from './text/vocabulary.js';

/** The columns that were learnt: a vocabulary, or a number of hash buckets, and each one's weight. */
export interface Terms {
  readonly vocabulary: Vocabulary | undefined;
  readonly weights: Float64Array;
}

/**
 * Learns which terms of training texts become columns, and how rare each is. Texts may come in
 * several batches.
 */
export class TermLearner {
  /** Texts so far, and those of them that hold no character but white space. */
  texts = 0;
  blank = 0;
  private readonly all = new Vocabulary();
  private readonly grams: Grams;
  /** By term: how often it came, in how many texts, and in which text last. */
  private total: Uint32Array<ArrayBuffer>;
  private rows: Uint32Array<ArrayBuffer>;
  private last: Uint32Array<ArrayBuffer>;

  constructor(private readonly options: TermOptions) {
    const { hashing: buckets } = options;
    this.grams = new Grams(options, buckets === undefined ? interning(this.all) : hashing(buckets));
    this.total = new Uint32Array(buckets ?? 1024);
    this.rows = new Uint32Array(this.total.length);
    this.last = new Uint32Array(this.total.length);
  }

  add(texts: readonly string[]): void {
    const { all, grams } = this;
    for (let text = 0; text < texts.length; text++) {
      this.texts++;
      if (!/\S/.test(texts[text])) this.blank++;
      // Terms are given new ids one text at a time.
      const { ids, ends } = grams.read(texts, text);
      if (all.size > this.total.length) this.widen();
      const { total, rows, last } = this;
      for (let i = 0; i < ends[0]; i++) {
        const id = ids[i];
        total[id]++;
        if (last[id] !== this.texts) rows[id]++;
        last[id] = this.texts;
      }
    }
  }

  /** How many terms there are: buckets where terms are hashed. */
  get size(): number {
    return this.options.hashing ?? this.all.size;
  }

  /** @param idf whether rarity weighs the terms */
  terms(idf: boolean): Terms {
    const { all, rows, total, texts, options } = this;
    const inverse = (df: number) => (idf ? log((1 + texts) / (1 + df)) + 1 : 1);
    if (options.hashing !== undefined)
      return { vocabulary: undefined, weights: Float64Array.from(rows, inverse) };

    const { minDf = 1, maxDf = 1, maxFeatures = Number.POSITIVE_INFINITY } = options;
    const kept: number[] = [];
    for (let id = 0; id < all.size; id++) {
      if (rows[id] >= minDf && rows[id] <= maxDf * texts) kept.push(id);
    }
    const best = mostFrequent(kept, total, maxFeatures, (a, b) => all.compare(a, b));
    return { vocabulary: all.keep(best), weights: Float64Array.from(best, (id) => inverse(rows[id])) };
  }

  private widen(): void {
    const { size } = this.all;
    this.total = widen(this.total, size);
    this.rows = widen(this.rows, size);
    this.last = widen(this.last, size);
  }
}

/**
 * The `limit` most frequent ids, most frequent first, ties in the order of their terms. Frequent terms thus share
 * cache lines when rows are counted.
 */
function mostFrequent(
  ids: number[],
  total: Uint32Array,
  limit: number,
  compare: (a: number, b: number) => number,
): number[] {
  let candidates = ids;
  if (ids.length > limit) {
    const cut = Uint32Array.from(ids, (id) => total[id]).sort()[ids.length - limit];
    candidates = ids.filter((id) => total[id] >= cut);
  }
  return candidates.sort((a, b) => total[b] - total[a] || compare(a, b)).slice(0, limit);
}

function widen(array: Uint32Array<ArrayBuffer>, needed: number): Uint32Array<ArrayBuffer> {
  const copy = new Uint32Array(Math.max(needed, array.length * 2));
  copy.set(array);
  return copy;
}
