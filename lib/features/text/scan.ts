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
}

export function scanBuffer(): Scan {
  return {
    units: new Uint16Array(1024),
    length: 0,
    starts: new Uint32Array(256),
    ends: new Uint32Array(256),
    hashes: new Int32Array(256),
    tokens: 0,
  };
}

/** Lower-case of a Latin-1 code unit that is part of a word, 0 of one that isn't. */
const LATIN_WORD = Uint16Array.from({ length: 256 }, (_, unit) => (isWord(unit) ? lower(unit) : 0));
/** Lower-case of a Latin-1 code unit, white space as a blank. */
const LATIN_CHAR = Uint16Array.from({ length: 256 }, (_, unit) => (isSpace(unit) ? 32 : lower(unit)));

/**
 * Splits lower-cased text into words: runs of at least two letters, digits, marks or underscores (scikit-learn's
 * `\b\w\w+\b`; units beyond the basic plane count as letters), written one after the other with a blank between.
 */
export function scanWords(text: string, scan: Scan): void {
  reserve(scan, text.length + 1);
  if (!words(text, scan, false)) {
    const lowered = text.toLowerCase();
    reserve(scan, lowered.length + 1);
    words(lowered, scan, true);
  }
}

/** Lower-cases the text and writes it with each run of white space as one blank. */
export function scanChars(text: string, scan: Scan): void {
  reserve(scan, text.length);
  if (!chars(text, scan, false)) {
    const lowered = text.toLowerCase();
    reserve(scan, lowered.length);
    chars(lowered, scan, true);
  }
}

/** Returns false on meeting a unit beyond Latin-1 unless `wide`: lower-casing such text takes the whole string. */
function words(text: string, scan: Scan, wide: boolean): boolean {
  const { units } = scan;
  const end = text.length;
  let length = 0;
  scan.tokens = 0;
  for (let i = 0; i < end; ) {
    const start = length;
    let hash = HASH_START;
    while (i < end) {
      const unit = text.charCodeAt(i++);
      let letter: number;
      if (unit < 256) letter = LATIN_WORD[unit];
      else if (wide) letter = isWord(unit) ? unit : 0;
      else return false;
      if (letter === 0) break;
      units[length++] = letter;
      hash = extendHash(hash, letter);
    }
    if (length - start < 2) {
      length = start;
      continue;
    }
    if (scan.tokens === scan.starts.length) growTokens(scan);
    scan.starts[scan.tokens] = start;
    scan.ends[scan.tokens] = length;
    scan.hashes[scan.tokens++] = hash;
    units[length++] = 32;
  }
  scan.length = length;
  return true;
}

function chars(text: string, scan: Scan, wide: boolean): boolean {
  const { units } = scan;
  let length = 0;
  let previous = 0;
  for (let i = 0, end = text.length; i < end; i++) {
    let unit = text.charCodeAt(i);
    if (unit < 256) unit = LATIN_CHAR[unit];
    else if (!wide) return false;
    else if (isSpace(unit)) unit = 32;
    if (unit === 32 && previous === 32) continue;
    units[length++] = unit;
    previous = unit;
  }
  scan.length = length;
  return true;
}

function reserve(scan: Scan, length: number): void {
  if (scan.units.length < length) scan.units = new Uint16Array(length * 2);
}

function growTokens(scan: Scan): void {
  const size = scan.starts.length * 2;
  const starts = new Uint32Array(size);
  const ends = new Uint32Array(size);
  const hashes = new Int32Array(size);
  starts.set(scan.starts);
  ends.set(scan.ends);
  hashes.set(scan.hashes);
  scan.starts = starts;
  scan.ends = ends;
  scan.hashes = hashes;
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
