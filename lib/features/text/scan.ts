import { extendHash, HASH_START } from './vocabulary.js';

/**
 * One text as normalised code units in a buffer that is used again for the next text, so that terms are spans of
 * the buffer and never strings.
 */
export interface Scan {
  units: Uint16Array;
  length: number;
  /** Word analysis: token `t` is the span `starts[t] … ends[t] - 1`, and `hashes[t]` its hash. */
  starts: Uint32Array;
  ends: Uint32Array;
  hashes: Int32Array;
  tokens: number;
  /** Where an ASCII text is read to. */
  bytes: Uint8Array;
}

export function scanBuffer(): Scan {
  return {
    units: new Uint16Array(1024),
    length: 0,
    starts: new Uint32Array(256),
    ends: new Uint32Array(256),
    hashes: new Int32Array(256),
    tokens: 0,
    bytes: new Uint8Array(1024),
  };
}

/**
 * Splits lower-cased text into words: runs of at least two letters, digits, marks or underscores (scikit-learn's
 * `\b\w\w+\b`; units beyond the basic plane count as letters), written one after the other with a blank between.
 */
export function scanWords(text: string, scan: Scan): void {
  const length = readUnits(text, scan, ASCII_WORD, wideLetter);
  const { units } = scan;
  let { starts, ends, hashes } = scan;
  let tokens = 0;
  let to = 0;
  let start = 0;
  let hash = HASH_START;
  // The words move down over the gaps between them: writing never overtakes reading.
  for (let i = 0; i <= length; i++) {
    const letter = units[i];
    if (letter !== 0) {
      units[to++] = letter;
      hash = extendHash(hash, letter);
    } else if (to !== start) {
      if (to - start >= 2) {
        if (tokens === starts.length) ({ starts, ends, hashes } = growTokens(scan));
        starts[tokens] = start;
        ends[tokens] = to;
        hashes[tokens++] = hash;
        units[to++] = BLANK;
        start = to;
      } else to = start;
      hash = HASH_START;
    }
  }
  scan.length = to;
  scan.tokens = tokens;
}

/** Lower-cases the text and writes it with each run of white space as one blank. */
export function scanChars(text: string, scan: Scan): void {
  const length = readUnits(text, scan, ASCII_CHAR, wideChar);
  const { units } = scan;
  let to = 0;
  let previous = 0;
  for (let i = 0; i < length; i++) {
    const unit = units[i];
    if (unit === BLANK && previous === BLANK) continue;
    units[to++] = unit;
    previous = unit;
  }
  scan.length = to;
}

const BLANK = 32;

/** Lower-case of an ASCII unit that is part of a word, 0 of one that isn't. */
const ASCII_WORD = Uint8Array.from({ length: 128 }, (_, unit) => (isWord(unit) ? lower(unit) : 0));
/** Lower-case of an ASCII unit, white space as a blank. */
const ASCII_CHAR = Uint8Array.from({ length: 128 }, (_, unit) => (isSpace(unit) ? BLANK : lower(unit)));

/**
 * Writes the lower-cased text's units, mapped, and a 0 after them; returns how many.
 *
 * ASCII goes through a byte array: reading one is several times as fast as `charCodeAt`, which looks at the string's
 * representation each time. Text with other units takes more bytes than it has units, which tells it apart.
 */
function readUnits(text: string, scan: Scan, ascii: Uint8Array, wide: (unit: number) => number): number {
  if (scan.bytes.length < text.length) scan.bytes = new Uint8Array(text.length * 2);
  const { bytes } = scan;
  const { read, written } = encoder.encodeInto(text, bytes);
  if (read === text.length && written === read) {
    const units = reserve(scan, read + 1);
    for (let i = 0; i < read; i++) units[i] = ascii[bytes[i]];
    units[read] = 0;
    return read;
  }
  const lowered = text.toLowerCase();
  const { length } = lowered;
  const units = reserve(scan, length + 1);
  for (let i = 0; i < length; i++) units[i] = wide(lowered.charCodeAt(i));
  units[length] = 0;
  return length;
}

const encoder = new TextEncoder();

const isWideWord = remembered(isWord);
const isWideSpace = remembered(isSpace);

function wideLetter(unit: number): number {
  return unit < 128 ? ASCII_WORD[unit] : isWideWord(unit) ? unit : 0;
}

function wideChar(unit: number): number {
  return unit < 128 ? ASCII_CHAR[unit] : isWideSpace(unit) ? BLANK : unit;
}

function reserve(scan: Scan, length: number): Uint16Array {
  if (scan.units.length < length) scan.units = new Uint16Array(length * 2);
  return scan.units;
}

function growTokens(scan: Scan): Scan {
  const size = scan.starts.length * 2;
  const starts = new Uint32Array(size);
  const ends = new Uint32Array(size);
  const hashes = new Int32Array(size);
  starts.set(scan.starts);
  ends.set(scan.ends);
  hashes.set(scan.hashes);
  return Object.assign(scan, { starts, ends, hashes });
}

function lower(unit: number): number {
  return String.fromCharCode(unit).toLowerCase().charCodeAt(0);
}

function isSpace(unit: number): boolean {
  return /\s/.test(String.fromCharCode(unit));
}

function isWord(unit: number): boolean {
  return (unit >= 0xd800 && unit <= 0xdfff) || /[\p{L}\p{N}\p{M}_]/u.test(String.fromCharCode(unit));
}

/** A test of code units that remembers: a regular expression a unit would be most of a foreign text's cost. */
function remembered(test: (unit: number) => boolean): (unit: number) => boolean {
  const known = new Uint8Array(0x10000);
  return (unit) => {
    if (known[unit] === 0) known[unit] = test(unit) ? 2 : 1;
    return known[unit] === 2;
  };
}
