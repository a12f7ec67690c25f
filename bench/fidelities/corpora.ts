import { define, type FeatureSet, logisticRegression, tfidf } from 'spillway';
import { random } from '../../lib/stats/index.js';
import { atLeast, type Check } from '../harness/checks.js';
import { disagreementRefuted } from '../harness/refute.js';
import {
  compareVariants,
  medianOver,
  type Split,
  speedupOver,
  type Variant,
  type VariantFigures,
} from './compare.js';

/** Corpora of long texts, told by their words and characters: what derived prefixes gain. */

/** Long texts with their labels. */
export interface Corpus {
  readonly rows: readonly LongText[];
  readonly labels: readonly string[];
}

export interface LongText {
  readonly text: string;
}

/** Characters of a text that are kept: what follows is no row's, for the whole pipeline neither. */
export const LONGEST = 10_000;
const UNSEEN = 0.3;
/** Texts of a quick run. */
const FEW = 1_200;

/** Words and characters of whole texts. */
export const textFeatures: FeatureSet<LongText, string> = define<LongText, string>({
  words: tfidf(({ text }) => text, { maxFeatures: 10_000, sublinear: true }),
  chars: tfidf(({ text }) => text, {
    analyzer: 'char',
    ngrams: [2, 5],
    maxFeatures: 50_000,
    sublinear: true,
  }),
});

const options = {
  full: logisticRegression(),
  bound: { loss: 'disagreement', epsilon: 0.01, delta: 0.05 },
  // Texts are copied from package to package: one that stands twice is one.
  repeats: 'copies',
} as const;

const variants: readonly Variant<LongText, string>[] = [
  { name: 'nothing derived', features: textFeatures, options: { ...options, fidelities: false } },
  { name: 'derived', features: textFeatures, options },
];

/** The texts, at most so many, in an order that the seed decides, and cut. */
export function splitCorpus({ rows, labels }: Corpus, seed: number, most: number): Split<LongText, string> {
  const shuffled = Int32Array.from(rows.keys());
  random(seed).fork('bench corpora').shuffle(shuffled);
  const order = shuffled.subarray(0, most);
  const cut = Math.round(UNSEEN * order.length);
  const take = (which: Int32Array) => ({
    rows: Array.from(which, (row) => rows[row]),
    labels: Array.from(which, (row) => labels[row]),
  });
  return { unseen: take(order.subarray(0, cut)), known: take(order.subarray(cut)) };
}

export async function corpusFigures(
  corpus: Corpus,
  seeds: readonly number[],
  quick: boolean,
  log: (text: string) => void,
): Promise<VariantFigures[][]> {
  const perSeed: VariantFigures[][] = [];
  for (const seed of seeds) {
    perSeed.push(
      await compareVariants(variants, splitCorpus(corpus, seed, quick ? FEW : corpus.rows.length), seed, log),
    );
  }
  return perSeed;
}

export function corpusChecks(name: string, perSeed: readonly (readonly VariantFigures[])[]): Check[] {
  const refuted = disagreementRefuted(
    perSeed.map(([, derived]) => derived.counts),
    'texts',
  );
  return [
    atLeast(`${name}: speedup derived, over that without`, medianOver(perSeed, [1, 0], speedupOver), 1.5),
    {
      what: `${name}: seeds with a certified cascade`,
      value: perSeed.filter(([, { verdict }]) => verdict === 'certified').length,
      goal: `${perSeed.length}`,
      ok: perSeed.every(([, { verdict }]) => verdict === 'certified'),
    },
    { ...refuted, what: `${name}: ${refuted.what}` },
  ];
}
