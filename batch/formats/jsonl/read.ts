import { show } from '../../../lib/check.js';
import {
  asUtf8,
  doubledName,
  mayBeUnheld,
  type TextEncoding,
  unheldNumbers,
  wholeLines,
} from '../../../lib/data/tables/index.js';
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
 * @param from position of the first octet in its file: a byte order mark may begin it at 0
 * @throws InputError, naming the line: no JSON or no object, a whole number at or beyond ±2^53, an octet that isn't of the
 *   encoding, a line that is too long
 */
export async function* readJsonl(
  stream: AsyncIterable<Uint8Array>,
  encoding: TextEncoding = 'utf-8',
  from = 0,
): AsyncGenerator<RowBatch, void, void> {
  const parser = new LineParser();
  const wrong = (why: string) => new InputError(`line ${parser.next}`, why);
  const text = asUtf8(stream, encoding, (why) => wrong(`it ${why}`), from);
  const tooLong = {
    most: LONGEST,
    error: () => wrong(`it has more than ${LONGEST} octets: a row can't be so long`),
  };
  for await (const lines of wholeLines(text, tooLong)) yield* parser.batches(lines);
}

/** Lines as rows. */
class LineParser {
  /** The number of the next line, and the position of the next row. */
  next = 1;
  private row = 0;

  /** @param text of whole lines, without the last one's end */
  *batches(text: string): Generator<RowBatch, void, void> {
    const all = text.split('\n');
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
      const record = recordIn(line, number);
      const doubled = doubledName(line, record);
      if (doubled !== undefined)
        throw new InputError(`line ${number}`, `two members are called '${doubled}'`);
      rows.push(record);
      if (isSuspect && mayBeUnheld(line)) checkHeld(line, number);
      lines.push(line);
      numbers.push(number);
    }
    const from = this.row;
    this.row += rows.length;
    return { rows, from, source: { format: 'jsonl', lines, numbers } };
  }
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
