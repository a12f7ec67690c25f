import { cutLeaving } from '../../stats/index.js';
import { count } from '../../util/count.js';
import { FIRST, termVersion } from './termVersions.js';

/** Shares of the characters that whole texts have, of which versions are proposed. */
const SHARES = [1 / 8, 1 / 3, 1 / 32];
/** Beginnings that are shorter save nothing: what each text costs, however short, is left. */
const SHORTEST = 32;
/** Texts whose lengths are looked at. */
const MOST_TEXTS = 10_000;

/**
 * Beginnings of texts that may be worth a version: lengths at which it reads a given share of the characters.
 *
 * @param most how many
 * @returns names of versions, the shortest first
 */
export function proposedCuts(texts: readonly string[], most: number): readonly string[] {
  const every = Math.max(1, Math.ceil(texts.length / MOST_TEXTS));
  const looked = texts.filter((_, i) => i % every === 0);
  const lengths = looked.map(({ length }) => length);
  const cuts = new Set<number>();
  for (const share of SHARES.slice(0, most)) {
    const length = cutLeaving(lengths, share) ?? 0;
    if (length >= SHORTEST) cuts.add(length);
  }
  const names = [...cuts].sort((a, b) => a - b);
  const line = names.length < most && names.length > 0 && areLinesShort(looked, names[0]);
  return [...(line ? [`line${names[0]}`] : []), ...names.map(String)];
}

/** Whether the first lines of most texts are a small part of their beginnings. */
function areLinesShort(texts: readonly string[], most: number): boolean {
  const short = texts.filter((text) => text.length > most && FIRST.line.test(text.slice(0, most / 2))).length;
  return short >= 0.75 * texts.length;
}

/** What a version reads of a text feature, in words. */
export function cutInWords(at: string): string {
  const version = termVersion(at);
  if (version.kind === 'sizes') {
    const [shortest, longest] = version.ngrams;
    return `n-grams of ${shortest === longest ? shortest : `${shortest} to ${longest}`}`;
  }
  const most = `${count(version.most)} characters`;
  if (version.kind === 'start') return `first ${most}`;
  return version.kind === 'end' ? `last ${most}` : `first ${version.kind}, ${most} at most`;
}
