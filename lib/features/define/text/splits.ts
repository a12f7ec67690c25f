import { remembered } from './characters.js';
import type { Analyzer } from './grams.js';
import type { TextReading } from './reading.js';

const SIGMA = 0x3a3;

/**
 * Whether a unit is read in the same way whatever stands beside it, and changes no other: it isn't moved among marks,
 * a capital sigma doesn't look past it for a letter, and it becomes white space only if it is.
 */
const isStable = remembered((unit) => {
  const own = String.fromCharCode(unit);
  const parts = own.normalize('NFKD');
  if (unit === SIGMA || /[\p{M}\p{Case_Ignorable}\p{Surrogate}]/u.test(parts)) return false;
  return parts === own || !/\s/.test(parts);
}, 0x10000);

/** Whether a unit has neither a case nor another form. */
const isFixed = remembered((unit) => {
  const own = String.fromCharCode(unit);
  return own.normalize('NFKD') === own && !/\p{Cased}/u.test(own);
}, 0x10000);

/**
 * Where a text can be cut so that its parts, read each by itself, are what the whole is read as: words after a sign or
 * white space, characters where white space doesn't run on.
 *
 * @returns by the units on both sides of the cut
 */
export function splitsBy(
  analyzer: Analyzer,
  { isWord, spaces, stripAccents }: TextReading,
): (before: number, after: number) => boolean {
  // What isn't ASCII may be left out, and what stood on both sides of it meets.
  const last = stripAccents === 'ascii' ? 0x7f : 0xffff;
  const ends = (unit: number) => unit <= last && isStable(unit);
  if (analyzer === 'word') return (before) => ends(before) && isFixed(before) && !isWord(before);
  if (analyzer === 'char_wb') return (before) => ends(before) && spaces[before] === 1;
  return (before, after) => ends(before) && ends(after) && (spaces[before] & spaces[after]) === 0;
}
