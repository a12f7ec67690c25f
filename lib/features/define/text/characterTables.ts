import { type Accents, BEYOND_ASCII, type Characters, type PatternClasses, spacesOf } from './characters.js';
import { isIn, isWithin, type Ranges } from './ranges.js';
import { isHigh } from './scan.js';

/** Characters, ascending, and the text that each becomes. */
export interface Substitutes {
  readonly from: Uint32Array;
  readonly to: readonly string[];
}

/** What a Python interpreter says of characters: terms are then its own, whatever the two versions of Unicode. */
export interface CharacterTables extends PatternClasses {
  /** Where words with a capital sigma end depends on which characters have a case, and which count for none. */
  readonly cased: Ranges;
  readonly ignorable: Ranges;
  /** `str.lower` of each character by itself. */
  readonly lower: Substitutes;
  /** What stripping accents, in one way, makes of characters; leaves out what it drops where it is to ASCII. */
  readonly accents?: Substitutes | undefined;
}

const SIGMA = 0x3a3;
const SURROGATES = [0xd800, 0xe000] as const;
const HANGUL = /[\uac00-\ud7a3]/;

/** Characters as tables have them. */
export function charactersOf(tables: CharacterTables): Characters {
  const accents = tables.accents && textBy(tables.accents);
  return {
    isPython: true,
    isWord: isIn(tables.word),
    spaces: spacesOf(tables.space),
    lower: lowerBy(tables),
    withoutAccents: (text, way) => text.replace(BEYOND_ASCII, (own) => accents?.get(own) ?? kept(own, way)),
  };
}

/** A character that no table of accents has. Hangul syllables decompose by a rule that never changes. */
function kept(character: string, accents: Accents): string {
  if (accents === 'ascii') return '';
  return HANGUL.test(character) ? character.normalize('NFD') : character;
}

function textBy({ from, to }: Substitutes): Map<string, string> {
  return new Map(to.map((text, i) => [String.fromCodePoint(from[i]), text]));
}

/** `str.lower`. */
function lowerBy({ lower, cased, ignorable }: CharacterTables): (text: string) => string {
  /** By unit what it becomes; 0 for a character of two units, one that becomes several, and a capital sigma. */
  const basic = Uint16Array.from({ length: 0x10000 }, (_, unit) => unit);
  lower.from.forEach((code, i) => {
    if (code < basic.length) basic[code] = lower.to[i].length === 1 ? lower.to[i].charCodeAt(0) : 0;
  });
  basic.fill(0, ...SURROGATES);
  basic[SIGMA] = 0;
  const others = textBy(lower);
  let units = new Uint16Array(1024);

  /** Whether a sigma ends a word: a letter stands before it, and none behind it (Unicode's Final_Sigma). */
  const isFinal = (text: string, at: number) => {
    let before = at;
    let code = 0;
    do {
      before -= before > 1 && isHigh(text.charCodeAt(before - 2)) ? 2 : 1;
      code = text.codePointAt(before) ?? 0;
    } while (before >= 0 && isWithin(ignorable, code));
    if (before < 0 || !isWithin(cased, code)) return false;
    let after = at;
    do {
      after += (text.codePointAt(after) ?? 0) > 0xffff ? 2 : 1;
      code = text.codePointAt(after) ?? 0;
    } while (after < text.length && isWithin(ignorable, code));
    return after >= text.length || !isWithin(cased, code);
  };

  return (text) => {
    // A character of one unit becomes three at most.
    if (units.length < 3 * text.length) units = new Uint16Array(6 * text.length);
    let length = 0;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (basic[unit] !== 0 || unit === 0) {
        units[length++] = basic[unit];
        continue;
      }
      const own = String.fromCodePoint(text.codePointAt(i) ?? 0);
      const lowered = unit === SIGMA ? (isFinal(text, i) ? 'ς' : 'σ') : (others.get(own) ?? own);
      for (let k = 0; k < lowered.length; k++) units[length++] = lowered.charCodeAt(k);
      i += own.length - 1;
    }
    return textOf(units, length);
  };
}

/** In pieces, since a call takes some ten thousand arguments at most. */
function textOf(units: Uint16Array, length: number): string {
  let text = '';
  for (let from = 0; from < length; from += 4096)
    text += String.fromCharCode(...units.subarray(from, Math.min(length, from + 4096)));
  return text;
}
