import { type Ranges, rangesOf } from './ranges.js';
import { isAlphanumeric, isDigit, isWord, lowerCase, withoutAccents } from './unicode.js';

/** Accents are taken off where a character's NFKD form has some; `'ascii'` leaves out all other characters, too. */
export type Accents = 'unicode' | 'ascii';

/** What is known of characters, and so how a text is read. */
export interface Characters {
  /** Whether a character beyond the basic plane is one, as for Python, or two, its UTF-16 units. */
  readonly isPython: boolean;
  /** Whether a unit, or a code point, belongs to words. */
  isWord(code: number): boolean;
  /** 1 by unit for white space: the basic plane has all of it. */
  readonly spaces: Uint8Array;
  lower(text: string): string;
  withoutAccents(text: string, accents: Accents): string;
}

/** What the classes of Python's regular expressions hold. */
export interface PatternClasses {
  readonly word: Ranges;
  readonly digit: Ranges;
  readonly space: Ranges;
}

/** Python's `\s`, and what its `str.split` splits at. */
const PYTHON_SPACES = Uint32Array.of(
  ...[0x09, 0x0d, 0x1c, 0x20, 0x85, 0x85, 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a],
  ...[0x2028, 0x2029, 0x202f, 0x202f, 0x205f, 0x205f, 0x3000, 0x3000],
);

/** `\s` of JavaScript. */
const OWN_SPACES = Uint32Array.of(
  ...[0x09, 0x0d, 0x20, 0x20, 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029],
  ...[0x202f, 0x202f, 0x205f, 0x205f, 0x3000, 0x3000, 0xfeff, 0xfeff],
);

/** Characters as spillway reads them: marks, and all beyond the basic plane, belong to words. */
export const OWN: Characters = {
  isPython: false,
  isWord: remembered(isWord, 0x10000),
  spaces: spacesOf(OWN_SPACES),
  lower: lowerCase,
  withoutAccents: stripped,
};

let python: Characters | undefined;

/** Characters as Python reads them, of Unicode 17. */
export function pythonCharacters(): Characters {
  python ??= {
    isPython: true,
    isWord: remembered(isAlphanumeric, 0x110000),
    spaces: spacesOf(PYTHON_SPACES),
    lower: lowerCase,
    withoutAccents: stripped,
  };
  return python;
}

let classes: PatternClasses | undefined;

/** Python's, of Unicode 17. */
export function pythonClasses(): PatternClasses {
  classes ??= { word: rangesOf(isAlphanumeric), digit: rangesOf(isDigit), space: PYTHON_SPACES };
  return classes;
}

export function spacesOf(ranges: Ranges): Uint8Array {
  const spaces = new Uint8Array(0x10000);
  for (let i = 0; i < ranges.length; i += 2) spaces.fill(1, ranges[i], ranges[i + 1] + 1);
  return spaces;
}

function stripped(text: string, accents: Accents): string {
  return accents === 'ascii'
    ? text.normalize('NFKD').replaceAll('\ua7f1', 'S').replace(BEYOND_ASCII, '')
    : withoutAccents(text);
}

export const BEYOND_ASCII = /[^\0-\x7f]/gu;

/** A test of characters that remembers: a regular expression a character would be most of a foreign text's cost. */
export function remembered(test: (code: number) => boolean, characters: number): (code: number) => boolean {
  const known = new Uint8Array(characters);
  return (code) => {
    if (known[code] === 0) known[code] = test(code) ? 2 : 1;
    return known[code] === 2;
  };
}
