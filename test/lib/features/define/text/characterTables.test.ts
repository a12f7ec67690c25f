import test from 'ava';
import { charactersOf } from '../../../../../lib/features/define/text/characterTables.js';

/** First and last code points of single characters. */
const runs = (characters: string) =>
  Uint32Array.from(
    Array.from(characters, (each) => each.codePointAt(0) ?? 0)
      .sort((a, b) => a - b)
      .flatMap((code) => [code, code]),
  );
const substitutes = (pairs: Readonly<Record<string, string>>) => ({
  from: Uint32Array.from(Object.keys(pairs), (each) => each.codePointAt(0) ?? 0),
  to: Object.values(pairs),
});
const NONE = new Uint32Array(0);

/** Of an interpreter that knows few letters, and others than the engine: B has no lower case, and a bracket has one. */
const characters = charactersOf({
  word: runs('aA𝔸_'),
  digit: NONE,
  space: runs(' '),
  cased: runs('aA𐐀Σ'),
  ignorable: runs("'\u{1f3fd}"),
  lower: substitutes({ A: 'a', ']': '[', İ: 'i\u0307', 𐐀: '𐐨', C: 'c' }),
  accents: substitutes({ é: 'e', '\u0301': '', '℃': '°C' }),
});

test('lower case is the tables’ own, where the engine agrees and where it doesn’t', (t) => {
  const cases: [text: string, lower: string][] = [
    ['AÇC', 'aÇc'],
    ['aBA]\\^', 'aBa[\\^'],
    ['İ𐐀𝔸', 'i̇𐐨𝔸'],
    // A capital sigma ends a word behind a letter with a case, and not before one; what counts for none is passed by.
    ['Σ', 'σ'],
    ['AΣ', 'aς'],
    ["AΣ'\u{1f3fd}A", "aσ'\u{1f3fd}a"],
    ["A'\u{1f3fd}Σ'", "a'\u{1f3fd}ς'"],
    ['𐐀ΣB', '𐐨ςB'],
    ['BΣ', 'Bσ'],
    ["'Σ", "'σ"],
    ['ΣΣ', 'σς'],
  ];
  for (const [text, lower] of cases) t.is(characters.lower(text), lower, text);
});

test('words, white space and accents are the tables’ own', (t) => {
  t.deepEqual(
    Array.from('aAB𝔸𝔹_', (each) => characters.isWord(each.codePointAt(0) ?? 0)),
    [true, true, false, true, false, true],
  );
  t.is(
    characters.spaces.reduce((sum, each) => sum + each, 0),
    1,
  );
  t.is(characters.withoutAccents('aé\u0301ç℃한😀', 'unicode'), 'aeç°C\u1112\u1161\u11ab😀');
  t.is(characters.withoutAccents('aé\u0301ç한😀', 'ascii'), 'ae');
});
