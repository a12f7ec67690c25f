import { log } from '../../util/math/index.js';
import type { KeptTerms } from './keptTerms.js';
import type { TermOptions } from './termOptions.js';
import { countDistinct } from './text/distinct.js';
import { Grams, hashing, interning } from './text/grams.js';
import { Vocabulary } from './text/vocabulary.js';

/** The columns that were learnt: a vocabulary, or a number of hash buckets, and each one's weight. */
export interface Terms {
  readonly vocabulary: Vocabulary | undefined;
  readonly weights: Float64Array;
}

/** How often terms come in some texts. */
export interface TermTotals {
  readonly texts: number;
  /** By term: how often it comes in all, and in how many texts. */
  readonly total: Uint32Array;
  readonly rows: Uint32Array;
}

/**
 * Learns which terms of training texts become columns, and how rare each is. Texts may come in
 * several batches.
 */
export class TermLearner implements TermTotals {
  /** Texts so far, and those of them that hold no character but white space. */
  texts = 0;
  blank = 0;
  total: Uint32Array<ArrayBuffer>;
  rows: Uint32Array<ArrayBuffer>;
  private readonly all = new Vocabulary();
  private readonly grams: Grams;
  /** By term, how often it comes in the text that is read; 0 between two texts. */
  private own: Uint32Array<ArrayBuffer>;
  /** The terms of that text. */
  private distinct = new Uint32Array(1024);

  /** @param kept keeps the texts' terms, too */
  constructor(
    private readonly options: TermOptions,
    private readonly kept?: Pick<KeptTerms, 'add' | 'end'>,
  ) {
    const { hashing: buckets } = options;
    this.grams = new Grams(options, buckets === undefined ? interning(this.all) : hashing(buckets));
    this.total = new Uint32Array(buckets ?? 1024);
    this.rows = new Uint32Array(this.total.length);
    this.own = new Uint32Array(this.total.length);
  }

  add(texts: readonly string[]): void {
    const { all, grams, kept } = this;
    for (let text = 0; text < texts.length; text++) {
      this.texts++;
      if (!/\S/.test(texts[text])) this.blank++;
      // Terms are given new ids one text at a time.
      const { ids, ends } = grams.read(texts, text);
      if (all.size > this.total.length) this.widen();
      if (ends[0] > this.distinct.length) this.distinct = new Uint32Array(2 * ends[0]);
      const { total, rows, own, distinct } = this;
      const count = countDistinct(ids, 0, ends[0], own, distinct);
      kept?.add(distinct, count, own);
      for (let d = 0; d < count; d++) {
        const id = distinct[d];
        total[id] += own[id];
        rows[id]++;
        own[id] = 0;
      }
    }
  }

  /** How many terms there are: buckets where terms are hashed. */
  get size(): number {
    return this.options.hashing ?? this.all.size;
  }

  /** @param idf whether rarity weighs the terms */
  terms(idf: boolean): Terms {
    const { all, options, kept } = this;
    kept?.end(this, all);
    const isHashed = options.hashing !== undefined;
    const chosen = isHashed
      ? this.rows.map((_, bucket) => bucket)
      : chosenTerms(this, all.size, options, (a, b) => all.compare(a, b));
    return {
      vocabulary: isHashed ? undefined : all.keep(chosen),
      weights: weightsOf(this, chosen, idf),
    };
  }

  private widen(): void {
    const { size } = this.all;
    this.total = widen(this.total, size);
    this.rows = widen(this.rows, size);
    this.own = widen(this.own, size);
  }
}

/**
 * The ids of the terms that become columns, in the order of the columns: the most frequent first,
 * ties in the order of the terms. Frequent terms thus share cache lines when rows are counted.
 *
 * @param size how many terms there are
 * @param compare orders two terms
 */
export function chosenTerms(
  { texts, total, rows }: TermTotals,
  size: number,
  { minDf = 1, maxDf = 1, maxFeatures = Number.POSITIVE_INFINITY }: TermOptions,
  compare: (a: number, b: number) => number,
): number[] {
  const kept: number[] = [];
  for (let id = 0; id < size; id++) {
    if (rows[id] >= minDf && rows[id] <= maxDf * texts) kept.push(id);
  }
  const least = leastTotal(kept, total, maxFeatures);
  return kept
    .filter((id) => total[id] >= least)
    .sort((a, b) => total[b] - total[a] || compare(a, b))
    .slice(0, maxFeatures);
}

/** How often the last of the `limit` most frequent of these terms comes; 0 where there are no more terms than that. */
export function leastTotal(ids: readonly number[], total: Uint32Array, limit: number): number {
  if (ids.length <= limit) return 0;
  return Uint32Array.from(ids, (id) => total[id]).sort()[ids.length - limit];
}

/** The weight of each of these terms. */
export function weightsOf(
  { texts, rows }: TermTotals,
  ids: ArrayLike<number>,
  idf: boolean,
): Float64Array<ArrayBuffer> {
  return Float64Array.from(ids, (id) => (idf ? log((1 + texts) / (1 + rows[id])) + 1 : 1));
}

function widen(array: Uint32Array<ArrayBuffer>, needed: number): Uint32Array<ArrayBuffer> {
  const copy = new Uint32Array(Math.max(needed, array.length * 2));
  copy.set(array);
  return copy;
}
