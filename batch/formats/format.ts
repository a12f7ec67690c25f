import { exactValue } from '../../lib/data/columns/index.js';
import type { ColumnType, TextEncoding } from '../../lib/data/tables/index.js';
import type { ArrowSource } from './arrow/index.js';
import type { JsonlSource } from './jsonl/index.js';

/** Rows that came together. They are answered together, and written together. */
export interface RowBatch {
  /** Records, or views of a table's rows. */
  readonly rows: readonly object[];
  /** Position of the first among all that were read. */
  readonly from: number;
  /** What was read, for a writer of the same format; undefined for rows of elsewhere. */
  readonly source: ArrowSource | JsonlSource | undefined;
  /** Values as they are to be handed on where rows have others, numbers that were rounded: by row and column. */
  readonly written?: ReadonlyMap<object, ReadonlyMap<string, string>>;
}

/** The value of a row's column as it is handed on: all digits that were read. */
export function handedOn({ written }: RowBatch, row: object, name: string): unknown {
  return written?.get(row)?.get(name) ?? exactValue(row, name);
}

export type FormatName = 'arrow' | 'jsonl';

/** How JSON lines are read. */
export interface ReaderOptions {
  /** What octets stand for. @defaultValue 'utf-8' */
  readonly encoding?: TextEncoding | undefined;
  /** Position of the first octet in its file: a byte order mark may begin it at 0. @defaultValue 0 */
  readonly from?: number;
}

/** Answers to a batch as columns, one value a row. */
export interface AnswerColumns {
  readonly label: readonly (string | number | boolean | null)[];
  /** The stage that answered, 0 the first; the number of stages is the full model. */
  readonly stage: Uint8Array;
  readonly verdict: readonly string[];
  /** rows x classes, where they were asked for. */
  readonly scores?: Float64Array;
  /** What is wrong with a row, where errors are a column: its label is null then, and its verdict 'error'. */
  readonly error?: readonly (string | null)[];
}

/** Types of columns; of times, too, whether their values have micro- or nanoseconds. */
export type HandedOnType = ColumnType | 'microseconds' | 'nanoseconds';

/** How answers are written. */
export interface WriterOptions {
  /** The column that identifies a row: it alone is written beside the answers. @defaultValue all columns */
  readonly key?: string;
  /** Begins the names of the columns of answers. @defaultValue '' */
  readonly prefix?: string;
  readonly scores?: boolean;
  /** Whether there is a column of errors. */
  readonly errors?: boolean;
  /** Classes of the labels, which say their type; empty for numbers. Arrow's streams need them. @defaultValue texts */
  readonly classes?: readonly (string | number | boolean)[];
  /**
   * Columns of the input and their types, undefined for one that isn't written, where Arrow is to be written of rows
   * that weren't read as Arrow: numbers as float64, dates as timestamps in milliseconds, or as fine as is said.
   */
  readonly columns?: ReadonlyMap<string, HandedOnType | undefined> | undefined;
}

/** Writes batches with their answers. */
export interface AnswersWriter {
  /** Waits while the other side isn't ready. */
  write(batch: RowBatch, answers: AnswerColumns): Promise<void>;
  end(): Promise<void>;
}
