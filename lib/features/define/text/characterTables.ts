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

const SIGMA = '\u03a3';
/** What the engine's lower case changes lies in the first two planes: others have no letters with a case. */
const LAST = 0x1ffff;
const STEP = 0x1000;
const MAY_CHANGE = /\p{Changes_When_Lowercased}/gu;
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

/** `str.lower`: the engine's own where the two agree about all characters of a text. */
function lowerBy(tables: CharacterTables): (text: string) => string {
  const lowered = textBy(tables.lower);
  const others = othersOf(lowered);
  return (text) => (others.test(text) ? plainLower(text, lowered, tables) : text.toLowerCase());
}

/** Characters whose lower case is another for the engine, and the capital sigma, whose own depends on what is beside. */
function othersOf(lowered: ReadonlyMap<string, string>): RegExp {
  const found = [SIGMA];
  for (let from = 0; from <= LAST; from += STEP) {
    const all = String.fromCodePoint(...Array.from({ length: STEP }, (_, i) => from + i));
    for (const [own] of all.matchAll(MAY_CHANGE)) {
      if (own.toLowerCase() !== (lowered.get(own) ?? own)) found.push(own);
    }
  }
  for (const [own, text] of lowered) if (own.toLowerCase() !== text) found.push(own);
  const members = found.map((own) => `\\u{${own.codePointAt(0)?.toString(16)}}`);
  return new RegExp(`[${members.join('')}]`, 'u');
}

function plainLower(
  text: string,
  lowered: ReadonlyMap<string, string>,
  { cased, ignorable }: CharacterTables,
): string {
  /** Whether a sigma ends a word: a letter stands before it, and none behind it (Unicode's Final_Sigma). */
  const isFinal = (at: number) => {
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
  let read = '';
  let at = 0;
  for (const own of text) {
    read += own === SIGMA ? (isFinal(at) ? 'ς' : 'σ') : (lowered.get(own) ?? own);
    at += own.length;
  }
  return read;
}
