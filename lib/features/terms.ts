import { SparseWriter } from '../blocks/index.js';
import { checkOneOf, checkWhole, show } from '../check.js';
import { FeatureError, OptionError } from '../errors.js';
import type { State } from '../state.js';
import type { Feature, FittedFeature } from './feature.js';
import { type Analyzer, finding, Grams, hashing, interning } from './text/grams.js';
import { Vocabulary } from './text/vocabulary.js';
import { checkSource, type RowView, type Source } from './view.js';

/** Which terms of a text become columns. */
export interface TermOptions {
  /** Words (runs of two or more letters, digits or underscores), or characters across word boundaries. @defaultValue 'word' */
  readonly analyzer?: Analyzer;
  /** Shortest and longest n-gram. @defaultValue [1, 1] */
  readonly ngrams?: readonly [number, number];
  /** Keep only so many terms, the most frequent in the training rows. @defaultValue no limit */
  readonly maxFeatures?: number;
  /** Leave out terms that fewer training rows hold. @defaultValue 1 */
  readonly minDf?: number;
  /** Leave out terms that more than this share of the training rows hold, 0 to 1. @defaultValue 1 */
  readonly maxDf?: number;
  /** Instead of a vocabulary (and its limits above), give each term the column of its hash, of so many columns. @defaultValue a vocabulary */
  readonly hashing?: number;
  /** See `Feature.version`. */
  readonly version?: string;
}

/** The options of `TermOptions` by name, for checks of those that extend them. */
export const TERM_OPTIONS = [
  'analyzer',
  'ngrams',
  'maxFeatures',
  'minDf',
  'maxDf',
  'hashing',
  'version',
] as const;

/** A hash has 32 bits; beyond this a row's counts alone would take half a gigabyte. */
const MOST_BUCKETS = 2 ** 27;

/** A text with letters, digits and signs of all kinds, and how often it is read for the code to be compiled. */
const WARM_TEXT = Array.from({ length: 400 }, (_, i) => `${i.toString(36)}e${(i * i).toString(36)} `).join(
  'é. ',
);
const WARM_UPS = 40;

/** How a row's term counts become values: `counts` leaves them, `tfidf` weighs and normalises. */
export interface Weighting {
  readonly sublinear: boolean;
  readonly idf: boolean;
  readonly normalise: boolean;
}

/** The columns that were learnt: a vocabulary, or a number of hash buckets, and each one's weight. */
interface Terms {
  readonly vocabulary: Vocabulary | undefined;
  readonly weights: Float64Array;
}

/** The feature behind `tfidf` and `counts`. */
export function terms<Row>(
  kind: string,
  source: Source<Row, string>,
  options: TermOptions,
  weighting: Weighting,
): Feature<Row> {
  checkTermOptions(options);
  checkSource(source);
  return {
    kind,
    reads: typeof source === 'function' ? [] : [source],
    version: options.version,
    fit: (view) => fitted(source, options, weighting, learn(view, source, options, weighting)),
    load: (state) => fitted(source, options, weighting, restore(state)),
  };
}

function fitted<Row>(
  source: Source<Row, string>,
  options: TermOptions,
  weighting: Weighting,
  { vocabulary, weights }: Terms,
): FittedFeature<Row> {
  const columns = weights.length;
  const grams = gramsOf(options, vocabulary === undefined ? hashing(columns) : finding(vocabulary));
  const counts = new Uint32Array(columns);
  const touched = new Uint32Array(columns);
  let values = new Float64Array(1024);
  const { sublinear, normalise } = weighting;
  // Entries a row, as seen so far: room for the next batch's block.
  let usual = 16;

  const blockOf = (texts: readonly string[]) => {
    const writer = new SparseWriter(texts.length, columns, Math.ceil(texts.length * usual * 1.2));
    for (const text of texts) {
      grams.read(text);
      const distinct = count(grams, counts, touched);
      if (values.length < distinct) values = new Float64Array(2 * distinct);
      let squares = 0;
      for (let t = 0; t < distinct; t++) {
        const column = touched[t];
        const value = (sublinear ? 1 + logOf(counts[column]) : counts[column]) * weights[column];
        counts[column] = 0;
        squares += value * value;
        values[t] = value;
      }
      writer.pushAll(touched, values, distinct, normalise && squares > 0 ? 1 / Math.sqrt(squares) : 1);
      writer.endRow();
    }
    const block = writer.block();
    if (block.rows > 0) usual = block.values.length / block.rows;
    return block;
  };

  return {
    columns,
    // Weights of terms are above 0.
    range: normalise ? { norm: 1, nonNegative: true } : undefined,
    compute: (view) => blockOf(textsOf(view, source)),
    warm() {
      for (let i = 1; i < WARM_UPS; i++) blockOf([WARM_TEXT]);
      return blockOf([WARM_TEXT]);
    },
    get state() {
      return save(vocabulary, weights);
    },
  };
}

/** Counts the n-grams just read into `counts` and lists the columns met in `touched`; returns how many. */
function count(grams: Grams, counts: Uint32Array, touched: Uint32Array): number {
  const { ids, length } = grams;
  let distinct = 0;
  for (let i = 0; i < length; i++) if (counts[ids[i]]++ === 0) touched[distinct++] = ids[i];
  return distinct;
}

function learn<Row>(
  view: RowView<Row>,
  source: Source<Row, string>,
  options: TermOptions,
  weighting: Weighting,
): Terms {
  const texts = textsOf(view, source);
  const all = new Vocabulary();
  const identify = options.hashing === undefined ? interning(all) : hashing(options.hashing);
  const grams = gramsOf(options, identify);
  let total = new Uint32Array(options.hashing ?? 1024);
  let rows = new Uint32Array(total.length);
  let last = new Uint32Array(total.length);
  texts.forEach((text, row) => {
    grams.read(text);
    if (all.size > total.length) [total, rows, last] = [total, rows, last].map((a) => widen(a, all.size));
    for (let i = 0; i < grams.length; i++) {
      const id = grams.ids[i];
      total[id]++;
      if (last[id] !== row + 1) rows[id]++;
      last[id] = row + 1;
    }
  });
  const inverse = (df: number) => (weighting.idf ? Math.log((1 + texts.length) / (1 + df)) + 1 : 1);
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

function textsOf<Row>(view: RowView<Row>, source: Source<Row, string>): readonly string[] {
  const texts = view.read(source);
  for (let i = 0; i < texts.length; i++) {
    if (typeof texts[i] !== 'string') {
      throw new FeatureError('', view.at(i), `expected a text, got ${show(texts[i])}`);
    }
  }
  return texts;
}

function gramsOf(options: TermOptions, identify: Grams['identify']): Grams {
  const [shortest, longest] = options.ngrams ?? [1, 1];
  return new Grams(options.analyzer ?? 'word', shortest, longest, identify);
}

function save(vocabulary: Vocabulary | undefined, weights: Float64Array): State {
  if (vocabulary === undefined) return { json: 'hashing', tensors: { weights } };
  return { json: 'vocabulary', tensors: { weights, ...vocabulary.save() } };
}

function restore({ json, tensors }: State): Terms {
  const { weights, units, ends } = tensors;
  if (!(weights instanceof Float64Array)) throw new TypeError('no weights in the stored terms');
  if (json === 'hashing') return { vocabulary: undefined, weights };
  if (!(units instanceof Uint16Array && ends instanceof Uint32Array)) {
    throw new TypeError('no vocabulary in the stored terms');
  }
  return { vocabulary: Vocabulary.load({ units, ends }), weights };
}

/** ln of a count: most counts are small, and a table is several times as fast as the function. */
const LOGS = Float64Array.from({ length: 256 }, (_, n) => Math.log(n));
function logOf(count: number): number {
  return count < 256 ? LOGS[count] : Math.log(count);
}

function widen(array: Uint32Array<ArrayBuffer>, needed: number): Uint32Array<ArrayBuffer> {
  const copy = new Uint32Array(Math.max(needed, array.length * 2));
  copy.set(array);
  return copy;
}

function checkTermOptions(options: TermOptions): void {
  const { analyzer, ngrams = [1, 1], maxFeatures, minDf, maxDf, hashing: buckets } = options;
  if (analyzer !== undefined) checkOneOf('analyzer', analyzer, ['word', 'char']);
  const [shortest, longest] = ngrams;
  if (ngrams.length !== 2 || !isCount(shortest) || !isCount(longest) || shortest > longest) {
    throw new OptionError(
      'ngrams',
      `expected [shortest, longest] with 1 <= shortest <= longest, got [${ngrams}]`,
    );
  }
  if (maxFeatures !== undefined) checkWhole('maxFeatures', maxFeatures, 1);
  if (minDf !== undefined) checkWhole('minDf', minDf, 1);
  if (maxDf !== undefined && !(maxDf > 0 && maxDf <= 1)) {
    throw new OptionError('maxDf', `expected a share in (0, 1], got ${show(maxDf)}`);
  }
  if (buckets === undefined) return;
  checkWhole('hashing', buckets, 1, MOST_BUCKETS);
  if (maxFeatures !== undefined || minDf !== undefined || maxDf !== undefined) {
    throw new OptionError(
      'hashing',
      'keeps no vocabulary, so maxFeatures, minDf and maxDf say nothing: leave them out',
    );
  }
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}
