import { tryKernel } from '../../../util/wasm.js';
import { layout, readAscii, TEXT_AT, textRoom } from './ascii.js';
import { isWord, lowerCase } from './unicode.js';
import { wordsKernel } from './words.wasm.js';

/**
 * One text as normalised code units in buffers that are used again for the next text, so that terms are spans of a
 * buffer and never strings.
 */
export interface Scan {
  readonly units: Uint16Array;
  length: number;
  /** Word analysis: token `t` is the span `starts[t] … ends[t] - 1`. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  tokens: number;
}

/**
 * Splits lower-cased text into words: runs of at least two letters, digits, marks or underscores (scikit-learn's
 * `\b\w\w+\b`; units beyond the basic plane count as letters). Units that are no part of a word are 0.
 *
 * The result holds until the next text is scanned.
 */
export function scanWords(text: string): Scan {
  return scannerFor(text.length).words(text);
}

/** Moves the words together, one blank between, so that runs of several are spans too. */
export function joinWords(scan: Scan): void {
  const { units, starts, ends, tokens } = scan;
  let to = 0;
  for (let t = 0; t < tokens; t++) {
    const end = ends[t];
    // At least one unit separates words, so writing never overtakes reading.
    let from = starts[t];
    starts[t] = to;
    while (from < end) units[to++] = units[from++];
    ends[t] = to;
    units[to++] = BLANK;
  }
  scan.length = to;
}

/**
 * Lower-cases the text and writes it with each run of white space as one blank. The result holds until the next scan.
 */
export function scanChars(text: string): Scan {
  return scannerFor(text.length).chars(text);
}

interface Scanner {
  readonly capacity: number;
  words(text: string): Scan;
  chars(text: string): Scan;
}

/** Room for nearly all texts; longer ones get a scanner with larger buffers. Each is made when it is first needed. */
const USUAL = 1 << 16;
let usual: Scanner | undefined;
let larger: Scanner | undefined;

function scannerFor(length: number): Scanner {
  // Lower-casing makes some letters longer, up to three units.
  const needed = 3 * length;
  if (needed <= USUAL) {
    usual ??= makeScanner(USUAL);
    return usual;
  }
  if (larger === undefined || larger.capacity < needed) larger = makeScanner(2 * needed);
  return larger;
}

const BLANK = 32;

/** Lower-case of an ASCII unit that is part of a word, 0 for one that isn't. */
const ASCII_WORD = Uint8Array.from({ length: 128 }, (_, unit) => (isWord(unit) ? lower(unit) : 0));
/** Lower-case of an ASCII unit, white space as a blank. */
const ASCII_CHAR = Uint8Array.from({ length: 128 }, (_, unit) => (isSpace(unit) ? BLANK : lower(unit)));

/** The scanning functions over buffers that never change, so that no loop has to ask whether they grew. */
function makeScanner(capacity: number): Scanner {
  const most = textRoom(capacity);
  // A word takes at least two units, and one separates two words; all edges are first written as
  // starts.
  const [unitsAt, startsAt, endsAt, end] = layout(TEXT_AT + most, 2 * most, 4 * most, 2 * most);
  const kernel = tryKernel(wordsKernel, end);
  const asciiWords = kernel?.run('words');
  const memory = kernel?.memory ?? new ArrayBuffer(end);
  const bytes = new Uint8Array(memory, TEXT_AT, most);
  const units = new Uint16Array(memory, unitsAt, most);
  const starts = new Uint32Array(memory, startsAt, capacity / 2);
  const ends = new Uint32Array(memory, endsAt, capacity / 2);
  const scan: Scan = { units, length: 0, starts, ends, tokens: 0 };

  function words(text: string): Scan {
    const ascii = asciiWords === undefined ? -1 : readAscii(text, bytes);
    if (asciiWords !== undefined && ascii >= 0) {
      scan.length = ascii;
      scan.tokens = asciiWords(ascii, unitsAt, startsAt, endsAt);
      return scan;
    }
    const lowered = lowerCase(text);
    scan.length = lowered.length;
    scan.tokens = wideTokens(lowered);
    return scan;
  }

  function wideTokens(text: string): number {
    const { length } = text;
    let tokens = 0;
    let gap = -1;
    for (let i = 0; i <= length; i++) {
      units[i] = i < length ? wideLetter(text.charCodeAt(i)) : 0;
      if (units[i] !== 0) continue;
      if (i - gap > 2) {
        starts[tokens] = gap + 1;
        ends[tokens++] = i;
      }
      gap = i;
    }
    return tokens;
  }

  function chars(text: string): Scan {
    let length = readAscii(text, bytes);
    if (length >= 0) {
      for (let i = 0; i < length; i++) units[i] = ASCII_CHAR[bytes[i]];
    } else {
      const lowered = lowerCase(text);
      length = lowered.length;
      for (let i = 0; i < length; i++) units[i] = wideChar(lowered.charCodeAt(i));
    }
    let to = 0;
    let previous = 0;
    for (let i = 0; i < length; i++) {
      const unit = units[i];
      if (unit === BLANK && previous === BLANK) continue;
      units[to++] = unit;
      previous = unit;
    }
    scan.length = to;
    return scan;
  }

  return { capacity, words, chars };
}

/** Whether a unit beyond ASCII is part of a word. */
export const isWideWord = remembered(isWord);
const isWideSpace = remembered(isSpace);

/** The unit, an ASCII one in lower case, where it is part of a word; else 0. */
export function wideLetter(unit: number): number {
  return unit < 128 ? ASCII_WORD[unit] : isWideWord(unit) ? unit : 0;
}

function wideChar(unit: number): number {
  return unit < 128 ? ASCII_CHAR[unit] : isWideSpace(unit) ? BLANK : unit;
}

function lower(unit: number): number {
  return String.fromCharCode(unit).toLowerCase().charCodeAt(0);
}

function isSpace(unit: number): boolean {
  return /\s/.test(String.fromCharCode(unit));
}

/** A test of code units that remembers: a regular expression a unit would be most of a foreign text's cost. */
function remembered(test: (unit: number) => boolean): (unit: number) => boolean {
  const known = new Uint8Array(0x10000);
  return (unit) => {
    if (known[unit] === 0) known[unit] = test(unit) ? 2 : 1;
    return known[unit] === 2;
  };
}
