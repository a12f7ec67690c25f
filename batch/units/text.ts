import type { FileHandle } from 'node:fs/promises';
import { isWide, markOf, type TextEncoding } from '../../lib/data/tables/index.js';
import { TableError } from '../../lib/errors.js';
import { bytesAt, piecesOf } from './bytes.js';
import type { BatchInput, UnitRange } from './unit.js';

/** An input that is text. */
export interface TextInput {
  readonly file: FileHandle;
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly encoding: TextEncoding;
  /** Bytes of its byte order mark. */
  readonly mark: number;
}

/** How an input is encoded, by its mark where it has one. @throws TableError for another mark */
export async function openText(
  file: FileHandle,
  { path, size }: Pick<BatchInput, 'path' | 'size'>,
  encoding: TextEncoding = 'utf-8',
): Promise<TextInput> {
  const start = await bytesAt(file, path, 0, Math.min(size, 3));
  const mark = markOf(start, encoding, (why) => new TableError(path, undefined, undefined, why));
  return { file, path, size, encoding: mark.encoding, mark: mark.length };
}

/** Line ends and quotes are sought among whole units: in UTF-16 their octets are parts of other characters, too. */
type CodeUnits = Uint8Array | Uint16Array;

function codeUnits(bytes: Buffer, { encoding }: TextInput): CodeUnits {
  if (!isWide(encoding)) return bytes;
  const own = Uint8Array.from(bytes.subarray(0, bytes.length & ~1));
  if (encoding === 'utf-16be') Buffer.from(own.buffer).swap16();
  return new Uint16Array(own.buffer);
}

/** Bytes of a code unit. */
function widthOf({ encoding }: TextInput): number {
  return isWide(encoding) ? 2 : 1;
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const QUOTE = 34;
/** Bytes from which the length of a record is estimated, and the most that names of columns may have. */
const SAMPLE = 1 << 20;

/** Ranges of lines, about `rows` each. Only what surrounds their ends is read. */
export async function lineRanges(text: TextInput, rows: number): Promise<UnitRange[]> {
  const { size } = text;
  const step = await bytesOf(text, 0, rows);
  const ends: number[] = [];
  for (let at = step.bytes; at < size; ) {
    // A record that ends there is whole.
    const end = await lineEnd(text, at - widthOf(text));
    ends.push(end);
    at = end + step.bytes;
  }
  return rangesBy(ends, 0, size, step.row);
}

/**
 * Ranges of CSV records, about `rows` each. A line that ends within quotes goes on, and only all quotes before it tell:
 * the file is read from its beginning.
 */
export async function recordRanges(text: TextInput, rows: number): Promise<UnitRange[]> {
  const { file, path, size } = text;
  const width = widthOf(text);
  const from = await namesEnd(text);
  const step = await bytesOf(text, from, rows, QUOTE);
  const ends: number[] = [];
  let next = from + step.bytes;
  let begin = from;
  let isQuoted = false;
  for await (const piece of piecesOf(file, path, from, size)) {
    const units = codeUnits(piece, text);
    let i = 0;
    while (i < units.length) {
      const stop = Math.min(units.length, Math.max(i, Math.ceil((next - begin) / width) - 1));
      if (hasOddQuotes(units, i, stop)) isQuoted = !isQuoted;
      for (i = stop; i < units.length; i++) {
        if (units[i] === QUOTE) isQuoted = !isQuoted;
        else if (!isQuoted && isRecordEnd(units, i)) {
          i++;
          ends.push(begin + i * width);
          next = begin + i * width + step.bytes;
          break;
        }
      }
    }
    begin += piece.length;
  }
  return rangesBy(ends, from, size, step.row);
}

/** Where the records of a CSV file begin, in bytes: after the names of its columns. */
export async function namesEnd(text: TextInput): Promise<number> {
  const { file, path, size, mark } = text;
  const units = codeUnits(await bytesAt(file, path, mark, Math.min(size, SAMPLE)), text);
  let isQuoted = false;
  let isBlank = true;
  for (let i = 0; i < units.length; i++) {
    if (units[i] === QUOTE) isQuoted = !isQuoted;
    if (!isQuoted && !isBlank && isRecordEnd(units, i)) return mark + (i + 1) * widthOf(text);
    // Lines before it may be empty.
    isBlank &&= units[i] === LINE_FEED || units[i] === CARRIAGE_RETURN;
  }
  if (size <= SAMPLE && !isBlank && !isQuoted) return size;
  const why = isBlank
    ? 'is empty: it has no line with names of columns'
    : 'has no end of its line with names of columns';
  throw new TableError(path, undefined, undefined, why);
}

/**
 * Outside of quotes a CSV record ends with a line feed, or a carriage return, or both, in the same file too. Of the last
 * unit of a piece that is a return nobody knows whether it is one of both: the next end is as good.
 */
function isRecordEnd(units: CodeUnits, i: number): boolean {
  if (units[i] === LINE_FEED) return true;
  return units[i] === CARRIAGE_RETURN && i + 1 < units.length && units[i + 1] !== LINE_FEED;
}

function hasOddQuotes(units: CodeUnits, from: number, to: number): boolean {
  let at = units.indexOf(QUOTE, from);
  // Most tables have few quotes, and looking for one is quicker than looking at every unit.
  if (at < 0 || at >= to) return false;
  let isOdd = false;
  for (; at < to; at++) if (units[at] === QUOTE) isOdd = !isOdd;
  return isOdd;
}

/** Bytes of a row, and of so many, by the first ones. @param quote within which lines end no record */
async function bytesOf(
  text: TextInput,
  from: number,
  rows: number,
  quote?: number,
): Promise<{ row: number; bytes: number }> {
  const { file, path, size } = text;
  const width = widthOf(text);
  const sample = codeUnits(await bytesAt(file, path, from, Math.min(size, from + SAMPLE)), text);
  let lines = 0;
  let end = 0;
  let isQuoted = false;
  for (let at = 0; at < sample.length; at++) {
    if (sample[at] === quote) isQuoted = !isQuoted;
    const isEnd = quote === undefined ? sample[at] === LINE_FEED : !isQuoted && isRecordEnd(sample, at);
    if (!isEnd) continue;
    lines++;
    end = at + 1;
  }
  const row = width * (lines === 0 ? Math.max(1, sample.length) : end / lines);
  return { row, bytes: width * Math.max(1, Math.floor((row * rows) / width)) };
}

/** Where a line ends, in bytes. @param from the beginning of a code unit */
async function lineEnd(text: TextInput, from: number): Promise<number> {
  const { file, path, size } = text;
  let begin = from;
  for await (const piece of piecesOf(file, path, from, size)) {
    const at = codeUnits(piece, text).indexOf(LINE_FEED);
    if (at >= 0) return begin + (at + 1) * widthOf(text);
    begin += piece.length;
  }
  return size;
}

function rangesBy(ends: readonly number[], first: number, size: number, row: number): UnitRange[] {
  const bounds = [first, ...ends.filter((end) => end < size), size];
  return bounds.slice(1).flatMap((to, i) => {
    const from = bounds[i];
    return to > from ? [{ from, to, rows: Math.max(1, Math.round((to - from) / row)) }] : [];
  });
}
