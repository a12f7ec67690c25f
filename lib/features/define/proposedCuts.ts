import { count } from '../../util/count.js';
import { FIRST, termVersion } from './termVersions.js';

/** Shares of the characters that whole texts have, of which versions are proposed. */
const SHARES = [1 / 4, 1 / 16, 1 / 64];
/** Beginnings that are shorter save nothing: what each text costs, however short, is left. */
const SHORTEST = 32;
/** Texts whose lengths are looked at. */
const MOST_TEXTS = 10_000;
/** A version that reads so many texts wholly is the feature itself. */
const NEARLY_ALL = 0.95;

/**
 * Beginnings of texts that may be worth a version: lengths at which it reads a given share of the characters.
 *
 * @param most how many
 * @returns names of versions, the shortest first
 */
export function proposedCuts(texts: readonly string[], most: number): readonly string[] {
  const every = Math.max(1, Math.ceil(texts.length / MOST_TEXTS));
  const looked = texts.filter((_, i) => i % every === 0);
  const lengths = Float64Array.from(looked, ({ length }) => length).sort();
  const cuts = new Set<number>();
  for (const share of SHARES.slice(0, most)) {
    const length = twoDigits(lengthReading(lengths, share));
    const whole = lengths.filter((each) => each <= length).length;
    if (length >= SHORTEST && whole < NEARLY_ALL * lengths.length) cuts.add(length);
  }
  const names = [...cuts].sort((a, b) => a - b);
  const line = names.length < most && names.length > 0 && areLinesShort(looked, names[0]);
  return [...(line ? [`line${names[0]}`] : []), ...names.map(String)];
}

/** The length to which texts are cut of which a share of all characters is left. */
function lengthReading(lengths: Float64Array, share: number): number {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  let left = share * total;
  for (let i = 0; i < lengths.length; i++) {
    const others = lengths.length - i;
    if (lengths[i] * others >= left) return left / others;
    left -= lengths[i];
  }
  return 0;
}

function twoDigits(length: number): number {
  return Number(length.toPrecision(2));
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
