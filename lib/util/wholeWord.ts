/** Letters, marks and numbers, of which words are made. */
const OF_WORDS = '[\\p{L}\\p{M}\\p{N}_]';
/** Of scripts whose words stand side by side, or have endings that no blank sets off. */
const JOINED =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;
const BEGINS = new RegExp(`^${OF_WORDS}`, 'u');
const ENDS = new RegExp(`${OF_WORDS}$`, 'u');

/**
 * Whether a text has some words as words of their own, and not as a part of others: `no` isn't in `not`. Blanks and ends of
 * lines are alike. What begins or ends with a sign may stand beside anything there, as may what is of a script without blanks
 * between words.
 */
export function hasWords(text: string, words: string): boolean {
  const [all, wanted] = [plain(text), plain(words)];
  const isOpen = (edge: RegExp) => !edge.test(wanted) || JOINED.test(wanted);
  const before = isOpen(BEGINS) ? '' : `(?<!${OF_WORDS})`;
  const after = isOpen(ENDS) ? '' : `(?!${OF_WORDS})`;
  const literal = wanted.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return new RegExp(`${before}${literal}${after}`, 'u').test(all);
}

function plain(text: string): string {
  return text.normalize().replace(/\s+/gu, ' ');
}
