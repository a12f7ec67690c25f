import type { Schema } from 'apache-arrow';
import { show } from '../../../lib/check.js';
import { FineDate, isTime } from '../../../lib/data/columns/index.js';
import { InputError } from '../../../lib/errors.js';
import { type HandedOnType, handedOn, type RowBatch, type WriterOptions } from '../format.js';
import { addFlags, addNumbers, addTexts, addWholes } from './columns.js';
import type { Arrow } from './decoder.js';
import { BatchMemory } from './memory.js';
import type { ArrowBatch, ArrowSource } from './read.js';

type Types = NonNullable<WriterOptions['columns']>;

/** Rows of tables that aren't Arrow's, as Arrow: each column in the memory of record batches. */
export class RowsAsArrow {
  private readonly schema: Schema;
  private readonly columns: readonly (readonly [name: string, type: HandedOnType])[];

  /**
   * @param key the only column that is needed, if it is there
   * @throws InputError for a column of a type that isn't written
   */
  constructor(
    private readonly arrow: Arrow,
    types: Types,
    key: string | undefined,
  ) {
    const names = key !== undefined && types.has(key) ? [key] : [...types.keys()];
    this.columns = names.map((name) => {
      const type = types.get(name);
      if (type !== undefined) return [name, type] as const;
      throw new InputError(
        'the schema',
        `column '${name}' has values that are no texts, numbers, booleans or dates, which aren't written as Arrow: name a ` +
          'key to leave it out, or write JSON lines',
      );
    });
    const { Field, Schema, Utf8, Float64, Bool } = arrow;
    const of = {
      ...{ text: Utf8, number: Float64, boolean: Bool },
      ...{ date: arrow.TimestampMillisecond, microseconds: arrow.TimestampMicrosecond },
      nanoseconds: arrow.TimestampNanosecond,
    };
    this.schema = new Schema(this.columns.map(([name, type]) => new Field(name, new of[type](), true)));
  }

  /** @throws InputError, naming row and column, for a value of another type */
  sourceOf(rows: RowBatch): ArrowSource {
    const batch = rows.rows.length === 0 ? undefined : this.batch(rows);
    return { format: 'arrow', schema: this.schema, dictionaries: [], batch };
  }

  private batch(batch: RowBatch): ArrowBatch {
    const { rows, from } = batch;
    const memory = new BatchMemory(rows.length);
    const spans = this.columns.map(([name, type], c) => {
      const before = memory.buffers.length;
      const values = rows.map((row) => handedOn(batch, row, name));
      addColumn(memory, type, values, (value, i) => {
        const what = `column '${name}': expected a ${type}, got ${show(value)}`;
        return new InputError(
          `row ${from + i}`,
          `${what}; write JSON lines, or leave the column out by a key`,
        );
      });
      return {
        nodes: [c, c + 1],
        buffers: [before, memory.buffers.length],
        variadic: [0, 0],
      } as const;
    });
    const { nodes, buffers, variadicBufferCounts } = memory;
    return {
      version: this.arrow.MetadataVersion.V5,
      metadata: new Map(),
      header: { length: rows.length, nodes, buffers, variadicBufferCounts },
      spans,
      body: memory.joined([]),
    };
  }
}

function addColumn(
  memory: BatchMemory,
  type: HandedOnType,
  values: readonly unknown[],
  wrong: (value: unknown, i: number) => InputError,
): void {
  /** Values of one type, null where one is missing. */
  const each = <T>(is: (value: unknown) => value is T): (T | null)[] =>
    values.map((value, i) => {
      if (value === null || is(value)) return value;
      throw wrong(value, i);
    });
  if (type === 'text') addTexts(memory, each(isText));
  else if (type === 'boolean') addFlags(memory, each(isFlag));
  else if (type === 'number') addNumbers(memory, each(isNumber).map(presentOf));
  else {
    const digits = DIGITS[type];
    addWholes(
      memory,
      values.map((value, i) => {
        if (value === null) return null;
        if (isTime(value) && finerOf(value).length <= digits) return wholeOf(value, digits);
        throw wrong(value instanceof Date ? value.toJSON() : value, i);
      }),
    );
  }
}

/** Digits of times below a millisecond. */
const DIGITS = { date: 0, microseconds: 3, nanoseconds: 6 } as const;

function finerOf(time: Date): string {
  return time instanceof FineDate ? time.finer : '';
}

function wholeOf(time: Date, digits: number): bigint {
  return BigInt(time.getTime()) * 10n ** BigInt(digits) + BigInt(finerOf(time).padEnd(digits, '0') || 0);
}

function presentOf(value: number | null): number | null {
  return Number.isNaN(value) ? null : value;
}

const isText = (value: unknown) => typeof value === 'string';
const isFlag = (value: unknown) => typeof value === 'boolean';
const isNumber = (value: unknown) => typeof value === 'number';
