import type { FileHandle } from 'node:fs/promises';
import { TableError } from '../../lib/errors.js';
import { bytesAt, piecesOf } from './bytes.js';
import type { UnitRange } from './unit.js';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const QUOTE = 34;
/** Bytes from which the length of a record is estimated, and the most that names of columns may have. */
const SAMPLE = 1 << 20;

/** Ranges of lines, about `rows` each. Only what surrounds their ends is read. */
export async function lineRanges(
  file: FileHandle,
  path: string,
  size: number,
  rows: number,
): Promise<UnitRange[]> {
  const step = await bytesOf(file, path, 0, size, rows);
  const ends: number[] = [];
  for (let at = step.bytes; at < size; ) {
    // A record that ends there is whole.
    const end = await lineEnd(file, path, at - 1, size);
    ends.push(end);
    at = end + step.bytes;
  }
  return rangesBy(ends, 0, size, step.row);
}

/**
 * Ranges of CSV records, about `rows` each. A line that ends within quotes goes on, and only all quotes before it tell:
 * the file is read from its beginning.
 */
export async function recordRanges(
  file: FileHandle,
  path: string,
  size: number,
  rows: number,
): Promise<UnitRange[]> {
  const from = await namesEnd(file, path, size);
  const step = await bytesOf(file, path, from, size, rows, QUOTE);
  const ends: number[] = [];
  let next = from + step.bytes;
  let begin = from;
  let isQuoted = false;
  for await (const piece of piecesOf(file, path, from, size)) {
    let i = 0;
    while (i < piece.length) {
      const stop = Math.min(piece.length, Math.max(i, next - 1 - begin));
      if (hasOddQuotes(piece, i, stop)) isQuoted = !isQuoted;
      for (i = stop; i < piece.length; i++) {
        if (piece[i] === QUOTE) isQuoted = !isQuoted;
        else if (!isQuoted && isRecordEnd(piece, i)) {
          i++;
          ends.push(begin + i);
          next = begin + i + step.bytes;
          break;
        }
      }
    }
    begin += piece.length;
  }
  return rangesBy(ends, from, size, step.row);
}

/** Where the records of a CSV file begin: after the names of its columns. */
export async function namesEnd(file: FileHandle, path: string, size: number): Promise<number> {
  const bytes = await bytesAt(file, path, 0, Math.min(size, SAMPLE));
  let isQuoted = false;
  let isBlank = true;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === QUOTE) isQuoted = !isQuoted;
    if (!isQuoted && !isBlank && isRecordEnd(bytes, i)) return i + 1;
    // Lines before it may be empty, and a byte order mark is no character.
    isBlank &&= bytes[i] === LINE_FEED || bytes[i] === CARRIAGE_RETURN || (i < 3 && bytes[i] >= 0xbb);
  }
  if (size <= SAMPLE && !isBlank && !isQuoted) return size;
  const why = isBlank
    ? 'is empty: it has no line with names of columns'
    : 'has no end of its line with names of columns';
  throw new TableError(path, undefined, undefined, why);
}

/**
 * Outside of quotes a CSV record ends with a line feed, or a carriage return, or both, in the same file too. Of the last
 * byte of a piece that is a return nobody knows whether it is one of both: the next end is as good.
 */
function isRecordEnd(bytes: Buffer, i: number): boolean {
  if (bytes[i] === LINE_FEED) return true;
  return bytes[i] === CARRIAGE_RETURN && i + 1 < bytes.length && bytes[i + 1] !== LINE_FEED;
}

function hasOddQuotes(bytes: Buffer, from: number, to: number): boolean {
  let at = bytes.indexOf(QUOTE, from);
  // Most tables have few quotes, and looking for one is quicker than looking at every byte.
  if (at < 0 || at >= to) return false;
  let isOdd = false;
  for (; at < to; at++) if (bytes[at] === QUOTE) isOdd = !isOdd;
  return isOdd;
}

/** Bytes of a row, and of so many, by the first ones. @param quote within which lines end no record */
async function bytesOf(
  file: FileHandle,
  path: string,
  from: number,
  size: number,
  rows: number,
  quote?: number,
): Promise<{ row: number; bytes: number }> {
  const sample = await bytesAt(file, path, from, Math.min(size, from + SAMPLE));
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
  const row = lines === 0 ? Math.max(1, sample.length) : end / lines;
  return { row, bytes: Math.max(1, Math.floor(row * rows)) };
}

async function lineEnd(file: FileHandle, path: string, from: number, size: number): Promise<number> {
  let begin = from;
  for await (const piece of piecesOf(file, path, from, size)) {
    const at = piece.indexOf(LINE_FEED);
    if (at >= 0) return begin + at + 1;
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
