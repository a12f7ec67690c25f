/**
 * Reads text as of Unicode 17, also on engines that have 16 (Node 20.19 and 22.12, Deno 2): a file
 * gives the same values on each. One difference remains: how a capital sigma at the end of a word
 * is written beside marks that 17 added.
 */

/** Letters, digits and marks of the basic plane that Unicode 17 added. */
const ADDED = /[\u1acf-\u1add\u1ae0-\u1aeb\u088f\u0c5c\u0cdc\ua7ce\ua7cf\ua7d2\ua7d4\ua7f1]/;

/** Capitals that it added. */
const CAPITALS = /[\ua7ce\ua7d2\ua7d4\u{16ea0}-\u{16eb8}]/gu;

/**
 * Whether a unit is part of a word: a letter, digit, mark or underscore, or half of a character beyond the basic
 * plane.
 */
export function isWord(unit: number): boolean {
  const text = String.fromCharCode(unit);
  return (unit >= 0xd800 && unit <= 0xdfff) || /[\p{L}\p{N}\p{M}_]/u.test(text) || ADDED.test(text);
}

/** The text in lower case. */
export const lowerCase: (text: string) => string =
  '\ua7ce'.toLowerCase() === '\ua7ce'
    ? (text) =>
        text
          .toLowerCase()
          .replace(CAPITALS, (own) => String.fromCodePoint((own.codePointAt(0) ?? 0) + (own[1] ? 27 : 1)))
    : (text) => text.toLowerCase();

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
