import { checkWhole } from '../../lib/check.js';
import { DataError } from '../../lib/errors.js';
import { type IndexedScores, partition } from './partition.js';

/** Room to begin with, for a large k that few may come for. */
const FIRST_ROOM = 1_024;
const LARGEST_INDEX = 2 ** 31 - 1;

/**
 * The `k` best of scores that come one by one or in batches, in memory for 2k of them: the higher
 * score is better, among equal ones (0 and -0 are equal) the lower index. The result doesn't depend
 * on the order in which they came.
 *
 * A score is compared with the k-th best known so far, which most don't reach. Scores that do are
 * collected, and when there are 2k the better half stays: O(1) a score on average, in any order.
 *
 * @example
 * const best = new TopK(2);
 * best.pushAll(Float64Array.of(0.1, 0.7, 0.4), 0); // indices 0, 1, 2
 * best.push(0.5, 3);
 * best.best().indices; // Int32Array [1, 3]
 */
export class TopK {
  private scores: Float64Array;
  private indices: Int32Array;
  private count = 0;
  /** The k-th best when the worse half was last dropped: worse scores can't get in. */
  private cut = Number.NEGATIVE_INFINITY;
  private cutIndex = Number.POSITIVE_INFINITY;

  /** @throws OptionError unless `k` is a whole number of at least 1 */
  constructor(readonly k: number) {
    checkWhole('k', k, 1);
    const room = Math.min(2 * k, FIRST_ROOM);
    this.scores = new Float64Array(room);
    this.indices = new Int32Array(room);
  }

  /**
   * @param index whose score it is: below 2^31, and never pushed before
   * @throws DataError for NaN
   */
  push(score: number, index: number): void {
    if (!(score < this.cut)) this.take(score, index);
  }

  /**
   * Pushes scores whose indices follow each other.
   *
   * @param first the index of the first one
   * @throws DataError for NaN, naming its index; those before it are in
   */
  pushAll(scores: Float64Array, first: number): void {
    const n = scores.length;
    let i = 0;
    while (i < n) {
      // Four at a time: most don't reach the cut. Written this way NaN reaches it, and is refused.
      const { cut } = this;
      while (
        i + 3 < n &&
        scores[i] < cut &&
        scores[i + 1] < cut &&
        scores[i + 2] < cut &&
        scores[i + 3] < cut
      ) {
        i += 4;
      }
      for (const end = Math.min(i + 4, n); i < end; i++) this.push(scores[i], first + i);
    }
  }

  /** The best so far, best first: at most k. More may be pushed afterwards. */
  best(): IndexedScores {
    this.drop();
    const { scores, indices, count } = this;
    const order = new Int32Array(count);
    for (let i = 0; i < count; i++) order[i] = i;
    order.sort((a, b) =>
      scores[a] === scores[b] ? indices[a] - indices[b] : scores[a] < scores[b] ? 1 : -1,
    );
    const best: IndexedScores = { scores: new Float64Array(count), indices: new Int32Array(count) };
    for (let i = 0; i < count; i++) {
      best.scores[i] = scores[order[i]];
      best.indices[i] = indices[order[i]];
    }
    return best;
  }

  private take(score: number, index: number): void {
    if (score === this.cut && index > this.cutIndex) return;
    if (Number.isNaN(score)) {
      throw new DataError(`the score of index ${index} is NaN: a ranking needs numbers`);
    }
    if (!(index >= 0 && index <= LARGEST_INDEX)) {
      throw new DataError(`can't rank index ${index}: expected 0 to ${LARGEST_INDEX}`);
    }
    if (this.count === 2 * this.k) this.drop();
    else if (this.count === this.scores.length) this.grow();
    this.scores[this.count] = score;
    this.indices[this.count++] = index;
  }

  /** Keeps the k best and raises the cut to the worst of them. */
  private drop(): void {
    const { k, count, scores, indices } = this;
    if (count < k) return;
    partition({ scores, indices }, count, k);
    this.count = k;
    this.cut = scores[k - 1];
    this.cutIndex = indices[k - 1];
  }

  private grow(): void {
    const room = Math.min(2 * this.k, 2 * this.scores.length);
    const { scores, indices } = this;
    this.scores = new Float64Array(room);
    this.indices = new Int32Array(room);
    this.scores.set(scores);
    this.indices.set(indices);
  }
}
