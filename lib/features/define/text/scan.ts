import { tryKernel } from '../../../util/wasm.js';
import { layout, readAscii, TEXT_AT, textRoom } from './ascii.js';
import type { Edges, TokenPattern } from './pattern/index.js';
import type { TextReading } from './reading.js';
import { hashUnits, type Vocabulary } from './vocabulary.js';
import { wordsKernel } from './words.wasm.js';

/**
 * One text as normalised code units in buffers that are used again for the next text, so that terms are spans of a
 * buffer and never strings.
 */
export interface Scan {
  readonly units: Uint16Array;
  length: number;
  /** Whether some characters are pairs of units. */
  hasPairs: boolean;
  /** Token `t` is the span `starts[t] … ends[t] - 1`. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  tokens: number;
}

/**
 * Splits text into words: runs of at least two letters, digits, marks or underscores (scikit-learn's `\b\w\w+\b`; units
 * beyond the basic plane count as letters). For Python marks don't belong to words, and characters are code points.
 *
 * The result holds until the next text is scanned.
 */
export function scanWords(text: string, reading: TextReading): Scan {
  const ascii = reading.lowercase ? scannerFor(text.length).asciiWords(text) : undefined;
  if (ascii !== undefined) return ascii;
  const normal = reading.normal(text);
  return scannerFor(normal.length).words(normal, reading);
}

/** The tokens of a pattern, one blank after each. */
export function scanTokens(text: string, reading: TextReading, pattern: TokenPattern): Scan {
  const normal = reading.normal(text);
  // Tokens may touch each other.
  return scannerFor(2 * normal.length).tokens(normal, pattern.tokens(normal));
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

/** Leaves out words that a vocabulary has. */
export function dropWords(scan: Scan, dropped: Vocabulary): void {
  const { units, starts, ends, tokens } = scan;
  let kept = 0;
  for (let t = 0; t < tokens; t++) {
    const [start, end] = [starts[t], ends[t]];
    if (dropped.find(units, start, end, hashUnits(units, start, end)) >= 0) continue;
    starts[kept] = start;
    ends[kept++] = end;
  }
  scan.tokens = kept;
}

/**
 * The text with each run of white space as one blank; for Python a run of one stays as it is. The result holds until
 * the next scan.
 */
export function scanChars(text: string, reading: TextReading): Scan {
  return filled(text, reading).closeUp(reading);
}

/**
 * What white space separates, one blank before and after each: tokens have both, and neighbours share one. The result
 * holds until the next scan.
 */
export function scanPadded(text: string, reading: TextReading): Scan {
  return filled(text, reading).pad(reading);
}

/** A scanner with the units of a text. */
function filled(text: string, reading: TextReading): Scanner {
  const scanner = scannerFor(text.length);
  if (scanner.fillAscii(text, reading.lowercase)) return scanner;
  const normal = reading.normal(text);
  const own = scannerFor(normal.length);
  own.fill(normal);
  return own;
}

interface Scanner {
  readonly capacity: number;
  /** undefined for other text, and without WebAssembly */
  asciiWords(text: string): Scan | undefined;
  words(normal: string, reading: TextReading): Scan;
  tokens(normal: string, edges: Edges): Scan;
  /** @returns whether it is ASCII */
  fillAscii(text: string, lowercase: boolean): boolean;
  fill(normal: string): void;
  closeUp(reading: TextReading): Scan;
  pad(reading: TextReading): Scan;
}

/** Room for nearly all texts; longer ones get a scanner with larger buffers. Each is made when it is first needed. */
const USUAL = 1 << 16;
let usual: Scanner | undefined;
let larger: Scanner | undefined;

function scannerFor(length: number): Scanner {
  if (length <= USUAL) {
    usual ??= makeScanner(USUAL);
    return usual;
  }
  if (larger === undefined || larger.capacity < length) larger = makeScanner(2 * length);
  return larger;
}

const BLANK = 32;
const LOWER = Uint8Array.from({ length: 128 }, (_, unit) =>
  String.fromCharCode(unit).toLowerCase().charCodeAt(0),
);

/** The scanning functions over buffers that never change, so that no loop has to ask whether they grew. */
function makeScanner(capacity: number): Scanner {
  const most = textRoom(capacity);
  // A word takes at least two units, and one separates two words; all edges are first written as
  // starts. What white space separates takes one unit, and one more.
  const [unitsAt, startsAt, endsAt, end] = layout(TEXT_AT + most, 2 * most, 4 * most, 2 * most);
  const kernel = tryKernel(wordsKernel, end);
  const kernelWords = kernel?.run('words');
  const memory = kernel?.memory ?? new ArrayBuffer(end);
  const bytes = new Uint8Array(memory, TEXT_AT, most);
  const units = new Uint16Array(memory, unitsAt, most);
  const starts = new Uint32Array(memory, startsAt, capacity / 2 + 1);
  const ends = new Uint32Array(memory, endsAt, capacity / 2 + 1);
  const scan: Scan = { units, length: 0, hasPairs: false, starts, ends, tokens: 0 };

  function asciiWords(text: string): Scan | undefined {
    const ascii = kernelWords === undefined ? -1 : readAscii(text, bytes);
    if (kernelWords === undefined || ascii < 0) return undefined;
    scan.length = ascii;
    scan.tokens = kernelWords(ascii, unitsAt, startsAt, endsAt);
    return scan;
  }

  function words(normal: string, { isPython, isWord }: TextReading): Scan {
    const { length } = normal;
    let tokens = 0;
    let start = 0;
    let letters = 0;
    const endWord = (end: number) => {
      if (letters > 1) {
        starts[tokens] = start;
        ends[tokens++] = end;
      }
      letters = 0;
    };
    for (let i = 0; i < length; ) {
      const unit = normal.charCodeAt(i);
      const isPair = isPython && isHigh(unit);
      if (!isWord(isPair ? (normal.codePointAt(i) ?? unit) : unit)) endWord(i);
      else if (letters++ === 0) start = i;
      units[i++] = unit;
      if (isPair && i < length) units[i] = normal.charCodeAt(i++);
    }
    endWord(length);
    scan.length = length;
    scan.tokens = tokens;
    return scan;
  }

  function tokens(normal: string, { starts: from, ends: until, count }: Edges): Scan {
    let to = 0;
    for (let t = 0; t < count; t++) {
      starts[t] = to;
      for (let i = from[t]; i < until[t]; i++) units[to++] = normal.charCodeAt(i);
      ends[t] = to;
      units[to++] = BLANK;
    }
    scan.length = to;
    scan.tokens = count;
    return scan;
  }

  function fillAscii(text: string, lowercase: boolean): boolean {
    const length = readAscii(text, bytes);
    if (length < 0) return false;
    if (lowercase) for (let i = 0; i < length; i++) units[i] = LOWER[bytes[i]];
    else for (let i = 0; i < length; i++) units[i] = bytes[i];
    scan.length = length;
    scan.hasPairs = false;
    return true;
  }

  function fill(normal: string): void {
    const { length } = normal;
    let hasPairs = false;
    for (let i = 0; i < length; i++) {
      const unit = normal.charCodeAt(i);
      units[i] = unit;
      if (isHigh(unit)) hasPairs = true;
    }
    scan.length = length;
    scan.hasPairs = hasPairs;
  }

  function closeUp({ isPython, spaces }: TextReading): Scan {
    const { length } = scan;
    let to = 0;
    let wasSpace = 0;
    for (let i = 0; i < length; i++) {
      const unit = units[i];
      const isSpace = spaces[unit];
      if ((isSpace & wasSpace) === 1) units[to - 1] = BLANK;
      else units[to++] = isSpace === 1 && !isPython ? BLANK : unit;
      wasSpace = isSpace;
    }
    scan.length = to;
    return scan;
  }

  function pad({ spaces }: TextReading): Scan {
    const { length } = scan;
    // By one, so that writing never overtakes reading.
    units.copyWithin(1, 0, length);
    units[0] = BLANK;
    let to = 1;
    let tokens = 0;
    for (let i = 1; i <= length; i++) {
      if (spaces[units[i]] === 1) continue;
      starts[tokens] = to - 1;
      for (; i <= length && spaces[units[i]] === 0; i++) units[to++] = units[i];
      units[to++] = BLANK;
      ends[tokens++] = to;
    }
    scan.length = to;
    scan.tokens = tokens;
    return scan;
  }

  return { capacity, asciiWords, words, tokens, fillAscii, fill, closeUp, pad };
}

/** Whether a unit is the first of two that are one character beyond the basic plane. */
export function isHigh(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}
