/**
 * Reads text as of Unicode 17, also on engines that have 16 (Node 20.19 and 22.12, Deno 2): a file
 * gives the same values on each. One difference remains: how a capital sigma at the end of a word
 * is written beside marks that 17 added.
 */

/** Letters and digits that Unicode 17 added. */
const LETTERS = new RegExp(
  '[\\u088f\\u0c5c\\u0cdc\\ua7ce\\ua7cf\\ua7d2\\ua7d4\\ua7f1\\u{10940}-\\u{10959}\\u{10ec5}-\\u{10ec7}' +
    '\\u{11db0}-\\u{11ddb}\\u{11de0}-\\u{11de9}\\u{16ea0}-\\u{16eb8}\\u{16ebb}-\\u{16ed3}\\u{16ff2}-\\u{16ff6}' +
    '\\u{187f8}-\\u{187ff}\\u{18d09}-\\u{18d1e}\\u{18d80}-\\u{18df2}\\u{1e6c0}-\\u{1e6de}\\u{1e6e0}-\\u{1e6e2}' +
    '\\u{1e6e4}\\u{1e6e5}\\u{1e6e7}-\\u{1e6ed}\\u{1e6f0}-\\u{1e6f4}\\u{1e6fe}\\u{1e6ff}\\u{2b73a}-\\u{2b73f}' +
    '\\u{2cea2}-\\u{2cead}\\u{323b0}-\\u{33479}]',
  'u',
);
const DIGITS = /[\u{11de0}-\u{11de9}]/u;

/** Marks with a combining class that it added. */
const MARKS = /[\u1acf-\u1add\u1ae0-\u1aeb\u{10efa}\u{10efb}\u{1e6e3}\u{1e6e6}\u{1e6ee}\u{1e6ef}\u{1e6f5}]/u;
const ANY_MARK = new RegExp(`${MARKS.source}|\\p{M}`, 'gu');

/** Capitals that it added. */
const CAPITALS = /[\ua7ce\ua7d2\ua7d4\u{16ea0}-\u{16eb8}]/gu;

/**
 * Whether a unit is part of a word: a letter, digit, mark or underscore, or half of a character beyond the basic
 * plane.
 */
export function isWord(unit: number): boolean {
  const text = String.fromCharCode(unit);
  const isHalf = unit >= 0xd800 && unit <= 0xdfff;
  return isHalf || /[\p{L}\p{N}\p{M}_]/u.test(text) || LETTERS.test(text) || MARKS.test(text);
}

/** Whether a character is a letter, a digit or an underscore: `\w` of Python's `re`. */
export function isAlphanumeric(code: number): boolean {
  const text = String.fromCodePoint(code);
  return /[\p{L}\p{N}_]/u.test(text) || LETTERS.test(text);
}

/** Whether a character is a decimal digit: `\d` of Python's `re`. */
export function isDigit(code: number): boolean {
  const text = String.fromCodePoint(code);
  return /\p{Nd}/u.test(text) || DIGITS.test(text);
}

/** The text in lower case. */
export const lowerCase: (text: string) => string =
  '\ua7ce'.toLowerCase() === '\ua7ce'
    ? (text) =>
        text
          .toLowerCase()
          .replace(CAPITALS, (own) => String.fromCodePoint((own.codePointAt(0) ?? 0) + (own[1] ? 27 : 1)))
    : (text) => text.toLowerCase();

/** The text's compatibility decomposition (NFKD) without the marks that combine. */
export function withoutAccents(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll('\ua7f1', 'S')
    .replace(ANY_MARK, (mark) => (isCombining(mark) ? '' : mark));
}

/** By mark, whether its canonical combining class isn't 0. */
const combining = new Map<string, boolean>();
function isCombining(mark: string): boolean {
  const known = combining.get(mark);
  if (known !== undefined) return known;
  // Marks in canonical order ascend by class: U+0334 has class 1, U+0345 has 240, and no two of one class change places.
  const moves = (text: string) => text.normalize('NFD') !== text;
  const found = moves(`${mark}\u0334`) || moves(`\u0345${mark}`) || MARKS.test(mark);
  combining.set(mark, found);
  return found;
}

/** Units of the basic plane that have no character in Unicode 16 and 17. */
const UNASSIGNED = [1432, 1370];

let version: string | undefined;

/**
 * The engine's Unicode version, if its way of reading text is unknown. The version follows from the
 * number of units of the basic plane without a character, since each version adds some. It takes
 * milliseconds, once.
 *
 * @returns '' if text is read as of Unicode 17
 */
export function otherUnicode(): string {
  if (version === undefined) {
    let count = 0;
    for (let from = 0; from < 0x10000; from += 0x800) {
      const units = String.fromCharCode(...Array.from({ length: 0x800 }, (_, i) => from + i));
      for (const run of units.match(/\p{Cn}+/gu) ?? []) count += run.length;
    }
    version = UNASSIGNED.includes(count) ? '' : `another, ${count} unassigned`;
  }
  return version;
}
