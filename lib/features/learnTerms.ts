import { log } from '../math/index.js';
import type { TermOptions } from './termOptions.js';
import { Grams, hashing, interning } from './text/grams.js';
import { Vocabulary } from './text/vocabulary.js';

/** The columns that were learnt: a vocabulary, or a number of hash buckets, and each one's weight. */
export interface Terms {
  readonly vocabulary: Vocabulary | undefined;
  readonly weights: Float64Array;
}

/** Learns which terms of training texts become columns, and how rare each is. @param idf whether that weighs them */
export function learnTerms(texts: readonly string[], options: TermOptions, idf: boolean): Terms {
  const all = new Vocabulary();
  const identify = options.hashing === undefined ? interning(all) : hashing(options.hashing);
  const grams = new Grams(options, identify);
  let total = new Uint32Array(options.hashing ?? 1024);
  let rows = new Uint32Array(total.length);
  let last = new Uint32Array(total.length);
  for (let row = 0; row < texts.length; row++) {
    // Terms are given new ids one text at a time.
    const { ids, ends } = grams.read(texts, row);
    if (all.size > total.length) [total, rows, last] = [total, rows, last].map((a) => widen(a, all.size));
    for (let i = 0; i < ends[0]; i++) {
      const id = ids[i];
      total[id]++;
      if (last[id] !== row + 1) rows[id]++;
      last[id] = row + 1;
    }
  }
  const inverse = (df: number) => (idf ? log((1 + texts.length) / (1 + df)) + 1 : 1);
  if (options.hashing !== undefined)
    return { vocabulary: undefined, weights: Float64Array.from(rows, inverse) };

  const { minDf = 1, maxDf = 1, maxFeatures = Number.POSITIVE_INFINITY } = options;
  const kept: number[] = [];
  for (let id = 0; id < all.size; id++) {
    if (rows[id] >= minDf && rows[id] <= maxDf * texts.length) kept.push(id);
  }
  const best = mostFrequent(kept, total, maxFeatures, (a, b) => all.compare(a, b));
  return { vocabulary: all.keep(best), weights: Float64Array.from(best, (id) => inverse(rows[id])) };
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
