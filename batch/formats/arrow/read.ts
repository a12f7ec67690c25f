import type { Message, Schema } from 'apache-arrow';
import { type ColumnRow, fieldNames, tableRows } from '../../../lib/data/columns/index.js';
import { InputError } from '../../../lib/errors.js';
import type { RowBatch } from '../format.js';
import { type Arrow, Decoder, loadArrow } from './decoder.js';
import { type BatchHeader, type ColumnSpan, columnSpans } from './layout.js';
import { readMessages } from './messages.js';

/** A record batch as it was read, for a writer that hands its memory on. */
export interface ArrowSource {
  readonly format: 'arrow';
  readonly schema: Schema;
  /** Dictionaries that came before it, and after the batch before. */
  readonly dictionaries: readonly { readonly id: number; readonly pieces: readonly Uint8Array[] }[];
  /** Undefined for the schema alone, which comes first. */
  readonly batch: ArrowBatch | undefined;
}

/** The memory of a record batch, and what its message says of it. */
export interface ArrowBatch {
  /** Of the format. */
  readonly version: number;
  readonly metadata: Map<string, string>;
  readonly header: BatchHeader;
  readonly spans: readonly ColumnSpan[];
  readonly body: Uint8Array;
}

/** Rows of a record batch. */
const MOST_ROWS = 2 ** 24;

/**
 * Batches of an Arrow stream: first its schema, as a batch without rows, then each record batch.
 *
 * @throws InputError, naming what is wrong: the schema, a record batch, a dictionary, or the stream
 */
export async function* readArrow(stream: AsyncIterable<Uint8Array>): AsyncGenerator<RowBatch, void, void> {
  const arrow = await loadArrow();
  const { Message } = arrow;
  let decoder: Decoder | undefined;
  let dictionaries: { id: number; pieces: readonly Uint8Array[] }[] = [];
  let from = 0;
  let count = 0;
  for await (const message of readMessages(stream)) {
    const { kind, prefix, description, body } = message;
    if (decoder === undefined) {
      if (kind !== 'schema') throw new InputError('the schema', 'the stream begins with something else');
      decoder = attempt('the schema', () => new Decoder(arrow, message));
      const { schema } = decoder;
      checkNames(schema);
      yield { rows: [], from: 0, source: { format: 'arrow', schema, dictionaries: [], batch: undefined } };
      continue;
    }
    const reader = decoder;
    const { schema } = reader;
    if (kind === 'schema')
      throw new InputError(
        'the stream',
        `it has another schema after record batch ${count}: one stream is read`,
      );
    if (kind === 'dictionary') {
      const id = attempt(`a dictionary before record batch ${count + 1}`, () =>
        checkedDictionary(arrow, schema, Message.decode(description), body),
      );
      dictionaries.push({ id, pieces: [prefix, description, body] });
      reader.push(message);
      continue;
    }
    const { batch, rows } = attempt(`record batch ${++count}`, () => ({
      batch: checkedBatch(arrow, schema, Message.decode(description), body),
      rows: tableRows<ColumnRow>(reader.batch(message)),
    }));
    yield { rows, from, source: { format: 'arrow', schema, dictionaries, batch } };
    from += rows.length;
    dictionaries = [];
  }
}

function checkedDictionary(arrow: Arrow, { dictionaries }: Schema, message: Message, body: Uint8Array) {
  if (!message.isDictionaryBatch()) throw new RangeError('it is something else');
  const { id, data } = message.header();
  const type = dictionaries.get(id);
  if (type === undefined) throw new RangeError(`no column has the dictionary ${id}`);
  if (data.compression !== null) throw new RangeError(COMPRESSED);
  columnSpans(arrow, [type], data, body.length, message.version);
  return id;
}

function checkedBatch(arrow: Arrow, { fields }: Schema, message: Message, body: Uint8Array): ArrowBatch {
  if (!message.isRecordBatch()) throw new RangeError('it is something else');
  const { version, metadata } = message;
  const header = message.header();
  if (header.compression !== null) throw new RangeError(COMPRESSED);
  if (header.length > MOST_ROWS)
    throw new RangeError(`${header.length} rows, more than ${MOST_ROWS}: write smaller batches`);
  const types = fields.map(({ type }) => type);
  return { version, metadata, header, body, spans: columnSpans(arrow, types, header, body.length, version) };
}

const COMPRESSED = 'it is compressed: write it without compression';

function checkNames(schema: Schema): void {
  const known = new Set<string>();
  const twice = fieldNames(schema).find((name) => known.size === known.add(name).size);
  if (twice !== undefined) throw new InputError('the schema', `two columns are called '${twice}'`);
}

/** @throws InputError for all that goes wrong */
function attempt<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new InputError(where, `it can't be read: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
}
