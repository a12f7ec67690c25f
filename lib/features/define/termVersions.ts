import { show } from '../../check.js';
import { OptionError } from '../../errors.js';
import { cut } from '../text/index.js';

/** Which part of texts a version reads, or which of their n-grams. */
export type TermVersion = Beginning | Ending | Sizes;

/** The beginning of texts: at most so many characters, of the first line or sentence where it says so. */
export interface Beginning {
  readonly kind: 'start' | 'line' | 'sentence';
  readonly most: number;
}

interface Ending {
  readonly kind: 'end';
  readonly most: number;
}

interface Sizes {
  readonly kind: 'sizes';
  readonly ngrams: readonly [number, number];
}

const FORM = /^(line|sentence|end|)([1-9]\d{0,8})$|^([1-9]\d{0,8})-([1-9]\d{0,8})$/;

/** A text up to the end of its first line, or sentence, that isn't empty, with the white space that ends it. */
export const FIRST = { line: /^\s*\S.*?\n/s, sentence: /^\s*\S.*?(?:[.!?]\s|[。！？])/s };

/**
 * A version of a text feature by what follows '@' in its name.
 *
 * - `256`: the first 256 characters (UTF-16 units)
 * - `line256`, `sentence256`: of these the first line, or sentence, that isn't empty
 * - `end256`: the last 256 characters
 * - `2-3`: n-grams of 2 and 3 words or characters
 *
 * @throws OptionError for anything else
 */
export function termVersion(at: string): TermVersion {
  const [matched, part, most, shortest, longest] = FORM.exec(at) ?? [];
  if (matched === undefined || Number(shortest) > Number(longest)) {
    const forms = "a number of characters, '256', 'line256', 'sentence256', 'end256', or n-grams, '1-2'";
    throw new OptionError('fidelities', `expected ${forms}, got ${show(at)}`);
  }
  if (most === undefined) return { kind: 'sizes', ngrams: [Number(shortest), Number(longest)] };
  const kind = part === 'line' || part === 'sentence' || part === 'end' ? part : 'start';
  return { kind, most: Number(most) };
}

/** Whether all that one version reads is read by another one, too. */
export function isContained(small: TermVersion, large: TermVersion): boolean {
  if (small.kind === 'sizes' && large.kind === 'sizes') {
    const [[a, b], [c, d]] = [small.ngrams, large.ngrams];
    return a >= c && b <= d && b - a < d - c;
  }
  if (small.kind === 'sizes' || large.kind === 'sizes') return false;
  if (small.kind === large.kind) return small.most < large.most;
  return large.kind === 'start' && small.kind !== 'end' && small.most <= large.most;
}

/** Characters that a cut moves to a place where reading can go on: words end there. */
const NEAR = 64;

/**
 * Where the beginning of a text ends that a version reads: in the last characters of it, where parts are read as the
 * whole is, or where it must.
 *
 * @param splits by the units on both sides
 * @returns the position, or ~ of it where parts aren't read as the whole is
 */
export function beginning(
  text: string,
  { kind, most }: Beginning,
  splits: (before: number, after: number) => boolean,
): number {
  let end = Math.min(text.length, most);
  if (kind === 'line' || kind === 'sentence') {
    const first = FIRST[kind].exec(text.slice(0, end));
    if (first) end = first[0].length;
  }
  if (end === text.length) return end;
  for (let at = end; at > 0 && at > end - NEAR; at--)
    if (splits(text.charCodeAt(at - 1), text.charCodeAt(at))) return at;
  return ~cut(text, end).length;
}

/** The last characters of a text, at most `most`, from a place where parts are read as the whole is, if it is near. */
export function ending(
  text: string,
  most: number,
  splits: (before: number, after: number) => boolean,
): string {
  const from = Math.max(0, text.length - most);
  if (from === 0) return text;
  for (let at = from; at < text.length && at < from + NEAR; at++)
    if (splits(text.charCodeAt(at - 1), text.charCodeAt(at))) return text.slice(at);
  return text.slice(from + (cut(text, from).length < from ? 1 : 0));
}
