import { SparseWriter } from '../../data/blocks/index.js';
import type { Allowance, BatchFit, Feature, FittedFeature, KeptRows, Refitted } from './feature.js';
import { chosenTerms, leastTotal, type Terms, type TermTotals, weightsOf } from './learnTerms.js';
import type { TermOptions } from './termOptions.js';
import { TermRecord } from './termRecord.js';
import type { Vocabulary } from './text/vocabulary.js';
import { type Weighting, weigh } from './weighting.js';

/**
 * Of the texts that a feature learns from, the terms that may be among the columns of one that is
 * fitted to some of the texts alone.
 *
 * In some of the texts a term comes at most as often as in all of them. Of all texts' terms those
 * are kept that come at least `SHARE` times as often as the last column's. So the columns of a
 * feature of some of the texts are known as soon as enough of the kept terms come at least that
 * often in these, too: no other term can be among them.
 */
export class KeptTerms<Row = never> implements KeptRows<Row> {
  private readonly record: TermRecord;
  private isComplete = true;
  /** The kept terms' number, and the place of each in their order. */
  private size = 0;
  private vocabulary: Vocabulary | undefined;
  private rank: Int32Array = new Int32Array(0);
  /** All terms that come at least so often are kept. */
  private least = 0;

  constructor(
    private readonly options: TermOptions,
    private readonly weighting: Weighting,
    allowance: Allowance,
    private readonly fittedOf: (terms: Terms) => FittedFeature<Row>,
  ) {
    this.record = new TermRecord(allowance);
  }

  /**
   * Keeps a text.
   *
   * @param distinct ids of its terms: the first `count` of these, as they first come
   * @param counts by id, how often each term comes
   */
  add(distinct: Uint32Array, count: number, counts: Uint32Array): void {
    if (!this.isComplete || this.record.add(distinct, count, counts)) return;
    this.forget();
  }

  /**
   * Forgets terms that can't be columns of any part of the texts, or hardly.
   *
   * @param totals of all texts
   * @param vocabulary of all texts; empty where terms are hashed
   */
  end(totals: TermTotals, vocabulary: Vocabulary): void {
    const { hashing, minDf = 1, maxFeatures = Number.POSITIVE_INFINITY } = this.options;
    if (!this.isComplete) return;
    if (hashing !== undefined) {
      this.size = hashing;
      return;
    }
    const able: number[] = [];
    for (let id = 0; id < vocabulary.size; id++) if (totals.rows[id] >= minDf) able.push(id);
    this.least = Math.ceil(SHARE * leastTotal(able, totals.total, maxFeatures));
    const kept = able.filter((id) => totals.total[id] >= this.least);
    this.size = kept.length;
    this.rank = ranksOf(kept, vocabulary);
    this.vocabulary = vocabulary.keep(kept);
    const idOf = new Int32Array(vocabulary.size).fill(-1);
    kept.forEach((id, own) => {
      idOf[id] = own;
    });
    this.record.renumber(idOf);
  }

  refit(texts: Int32Array): Refitted<Row> | undefined {
    if (!this.isComplete) return undefined;
    const totals = this.totalsOf(texts);
    const { hashing, maxFeatures = Number.POSITIVE_INFINITY } = this.options;
    const chosen = hashing === undefined ? this.chosenOf(totals) : [...totals.rows.keys()];
    // Others may be columns, too; where there are none, reading the texts tells why.
    const isSure = this.least <= 1 || chosen.length === maxFeatures;
    if (!isSure || chosen.length === 0 || totals.total[chosen[chosen.length - 1]] < this.least)
      return undefined;
    const weights = weightsOf(totals, chosen, this.weighting.idf);
    const columnOf = new Int32Array(this.size).fill(-1);
    chosen.forEach((id, column) => {
      columnOf[id] = column;
    });
    const { vocabulary, fittedOf } = this;
    let fitted: FittedFeature<Row> | undefined;
    return {
      block: (rows) => this.blockOf(rows, columnOf, weights),
      get fitted() {
        fitted ??= fittedOf({ vocabulary: vocabulary?.keep(chosen), weights });
        return fitted;
      },
    };
  }

  forget(): void {
    this.isComplete = false;
    this.vocabulary = undefined;
    this.record.clear();
  }

  private chosenOf(totals: TermTotals): number[] {
    const { rank } = this;
    return chosenTerms(totals, this.size, this.options, (a, b) => rank[a] - rank[b]);
  }

  private totalsOf(texts: Int32Array): TermTotals {
    const total = new Uint32Array(this.size);
    const rows = new Uint32Array(this.size);
    this.record.forEach(texts, (numbers, from, to) => {
      for (let i = from; i < to; i++) {
        const count = numbers[i] < 0 ? -numbers[i++] : 1;
        total[numbers[i]] += count;
        rows[numbers[i]]++;
      }
    });
    return { texts: texts.length, total, rows };
  }

  private blockOf(texts: Int32Array, columnOf: Int32Array, weights: Float64Array) {
    let entries = 0;
    let longest = 0;
    this.record.forEach(texts, (numbers, from, to) => {
      longest = Math.max(longest, to - from);
      for (let i = from; i < to; i++) if (numbers[i] >= 0 && columnOf[numbers[i]] >= 0) entries++;
    });
    const writer = new SparseWriter(texts.length, weights.length, entries);
    const counts = new Uint32Array(weights.length);
    const columns = new Uint32Array(longest);
    const values = new Float64Array(longest);
    this.record.forEach(texts, (numbers, from, to) => {
      let distinct = 0;
      for (let i = from; i < to; i++) {
        const count = numbers[i] < 0 ? -numbers[i++] : 1;
        const column = columnOf[numbers[i]];
        if (column < 0) continue;
        columns[distinct++] = column;
        counts[column] = count;
      }
      const factor = weigh(columns, distinct, counts, weights, this.weighting, values);
      writer.pushAll(columns, values, distinct, factor);
      writer.endRow();
    });
    return writer.block();
  }
}

/**
 * Terms are kept that come this share as often as the last column's. Folds fit to half of the texts
 * at least, to two thirds by default.
 */
const SHARE = 0.4;

/**
 * What learns terms, and can keep them meanwhile.
 *
 * @param begin begins to learn
 * @param fittedOf makes the fitted feature of what was learnt
 */
export function keepingTerms<Row>(
  learning: Pick<Feature<Row>, 'fit' | 'fitInBatches'>,
  begin: (kept: KeptTerms<Row>) => BatchFit<Row>,
  fittedOf: (terms: Terms) => FittedFeature<Row>,
  options: TermOptions,
  weighting: Weighting,
): Pick<Feature<Row>, 'fit' | 'fitInBatches' | 'fitAndKeep'> {
  return {
    ...learning,
    fitAndKeep(allowance) {
      // A copy of the feature with another fit learns something else.
      if (this.fit !== learning.fit) return undefined;
      const kept = new KeptTerms<Row>(options, weighting, allowance, fittedOf);
      return { fit: begin(kept), kept };
    },
  };
}

/** Of each of these terms its place in their order. */
function ranksOf(ids: readonly number[], vocabulary: Vocabulary): Int32Array {
  // The first three units as one number decide for nearly all pairs.
  const units = vocabulary.arena();
  const keys = Float64Array.from(ids, (id) => {
    let key = 0;
    for (let i = vocabulary.start(id), k = 0; k < 3; k++, i++)
      key = 0x10001 * key + (i < vocabulary.end(id) ? units[i] + 1 : 0);
    return key;
  });
  const order = Int32Array.from(ids.keys()).sort(
    (a, b) => keys[a] - keys[b] || vocabulary.compare(ids[a], ids[b]),
  );
  const ranks = new Int32Array(ids.length);
  order.forEach((own, rank) => {
    ranks[own] = rank;
  });
  return ranks;
}
