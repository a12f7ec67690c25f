import { isUtf8 } from 'node:buffer';
import { show } from '../../../lib/check.js';
import { mayBeUnheld, unheldNumbers } from '../../../lib/data/tables/index.js';
import { InputError } from '../../../lib/errors.js';
import type { RowBatch } from '../format.js';

/** Lines of a batch as they were read. */
export interface JsonlSource {
  readonly format: 'jsonl';
  /** A line a row, without blanks around it. */
  readonly lines: readonly string[];
  /** The number of each row's line, 1 the first. */
  readonly numbers: readonly number[];
}

/** Rows of a batch, and octets of a line. */
const MOST_ROWS = 1_000;
const LONGEST = 2 ** 24;

/**
 * Batches of a stream of JSON lines: an object each. A batch has the rows that are there, so that none waits for others.
 * Empty lines are left out.
 *
 * @throws InputError, naming the line: no JSON or no object, a whole number at or beyond ±2^53, no UTF-8, a line that is too
 *   long
 */
export async function* readJsonl(stream: AsyncIterable<Uint8Array>): AsyncGenerator<RowBatch, void, void> {
  const parser = new LineParser();
  let begun: Uint8Array[] = [];
  let octets = 0;
  for await (const piece of stream) {
    const end = piece.lastIndexOf(NEWLINE);
    if (end >= 0) {
      yield* parser.batches(Buffer.concat([...begun, piece.subarray(0, end)]));
      begun = [];
      octets = 0;
    }
    begun.push(piece.subarray(end + 1));
    octets += piece.length - end - 1;
    if (octets > LONGEST)
      throw new InputError(
        `line ${parser.next}`,
        `it has more than ${LONGEST} octets: a row can't be so long`,
      );
  }
  if (octets > 0) yield* parser.batches(Buffer.concat(begun));
}

const NEWLINE = 10;

/** Lines as rows. */
class LineParser {
  /** The number of the next line, and the position of the next row. */
  next = 1;
  private row = 0;

  /** @param whole lines, without the last one's end */
  *batches(whole: Buffer): Generator<RowBatch, void, void> {
    if (!isUtf8(whole)) throw this.noText(whole);
    const text = whole.toString('utf8');
    const all = (this.next === 1 ? withoutMark(text) : text).split('\n');
    const isSuspect = mayBeUnheld(text);
    for (let at = 0; at < all.length; at += MOST_ROWS) {
      const batch = this.batch(all.slice(at, at + MOST_ROWS), isSuspect);
      if (batch.rows.length > 0) yield batch;
    }
  }

  private batch(all: readonly string[], isSuspect: boolean): RowBatch {
    const rows: object[] = [];
    const lines: string[] = [];
    const numbers: number[] = [];
    for (const each of all) {
      const line = each.trim();
      const number = this.next++;
      if (line === '') continue;
      rows.push(recordIn(line, number));
      if (isSuspect && mayBeUnheld(line)) checkHeld(line, number);
      lines.push(line);
      numbers.push(number);
    }
    const from = this.row;
    this.row += rows.length;
    return { rows, from, source: { format: 'jsonl', lines, numbers } };
  }

  private noText(whole: Buffer): InputError {
    let number = this.next;
    for (let start = 0; start <= whole.length; number++) {
      const end = whole.indexOf(NEWLINE, start);
      const line = whole.subarray(start, end < 0 ? whole.length : end);
      if (!isUtf8(line)) break;
      start += line.length + 1;
    }
    return new InputError(`line ${number}`, "it isn't text in UTF-8");
  }
}

/** Some programs begin a text with a byte order mark. */
function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function recordIn(line: string, number: number): object {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new InputError(
      `line ${number}`,
      `it isn't JSON: ${cause instanceof Error ? cause.message : cause}`,
      {
        cause,
      },
    );
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new InputError(`line ${number}`, `expected an object, got ${show(value)}`);
}

function checkHeld(line: string, number: number): void {
  for (const { token, column } of unheldNumbers(line))
    throw new InputError(
      `line ${number}`,
      `'${column}' is ${token}, at or beyond ±2^53, where numbers are whole no longer: write it as text`,
    );
}
