import type { Writable } from 'node:stream';
import type { DataType, Field, Schema } from 'apache-arrow';
import { fieldNames } from '../../../lib/data/columns/index.js';
import { InputError, OptionError } from '../../../lib/errors.js';
import { wellFormed } from '../../../lib/features/text/index.js';
import { type AnswerNames, answerNames, clashing } from '../answerNames.js';
import type { AnswerColumns, AnswersWriter, WriterOptions } from '../format.js';
import { sent } from '../sent.js';
import { addBytes, addFlags, addLists, addNumbers, addTexts, addWholes } from './columns.js';
import { type Arrow, loadArrow } from './decoder.js';
import { BatchMemory } from './memory.js';
import { END_MARK, framed } from './messages.js';
import type { ArrowBatch } from './read.js';
import { RowsAsArrow } from './rowsAsArrow.js';

/**
 * Writes an Arrow stream: the columns of each record batch as they were read, their memory and dictionaries as they
 * are, with the answers as further columns.
 *
 * @throws OptionError for names that clash, and for classes that are one text
 */
export function writeArrow(stream: Writable, options: WriterOptions = {}): AnswersWriter {
  const names = answerNames(options);
  checkClasses(options.classes);
  const { columns, key } = options;
  let output: Output | undefined;
  let made: RowsAsArrow | undefined;
  const writer: AnswersWriter = {
    write: async (batch, answers) => {
      const arrow = await loadArrow();
      if (columns !== undefined) made ??= new RowsAsArrow(arrow, columns, key);
      const { rows } = batch;
      const source = made?.sourceOf(batch) ?? batch.source;
      if (source?.format !== 'arrow')
        throw new InputError('the rows', 'they were not read as Arrow: write them as JSON lines');
      const isFirst = output === undefined;
      output ??= new Output(arrow, source.schema, names, options);
      const pieces = isFirst ? [output.schema()] : [];
      for (const { id, pieces: own } of source.dictionaries)
        if (output.hasDictionary(id)) pieces.push(...own);
      if (source.batch !== undefined) pieces.push(output.batch(source.batch, rows.length, answers));
      if (pieces.length > 0) await sent(stream, pieces.length === 1 ? pieces[0] : Buffer.concat(pieces));
    },
    end: async () => {
      if (output === undefined && columns !== undefined)
        await writer.write({ rows: [], from: 0, source: undefined }, NO_ANSWERS);
      if (output !== undefined) await sent(stream, END_MARK);
    },
  };
  return writer;
}

const NO_ANSWERS: AnswerColumns = { label: [], stage: new Uint8Array(0), verdict: [] };

type LabelKind = 'text' | 'flag' | 'whole' | 'number';

function labelKind(classes: WriterOptions['classes']): LabelKind {
  if (classes === undefined) return 'text';
  if (classes.length === 0) return 'number';
  if (classes.every((label) => typeof label === 'boolean')) return 'flag';
  if (classes.every((label) => Number.isSafeInteger(label))) return 'whole';
  return classes.every((label) => typeof label === 'number') ? 'number' : 'text';
}

/** Texts of classes are told from each other: nobody could tell answers apart otherwise. */
function checkClasses(classes: WriterOptions['classes']): void {
  if (classes === undefined || labelKind(classes) !== 'text') return;
  const texts = new Map<string, unknown>();
  for (const label of classes) {
    const text = wellFormed(String(label));
    if (texts.has(text))
      throw new OptionError(
        '--format',
        `the classes ${JSON.stringify(texts.get(text))} and ${JSON.stringify(label)} are one text in Arrow: write JSON lines`,
      );
    texts.set(text, label);
  }
}

/** A stream's schema, and its record batches, with answers. */
class Output {
  private readonly kind: LabelKind;
  /** Position of the key among the columns; undefined: all of them are written. */
  private readonly key: number | undefined;
  private readonly kept: readonly Field[];

  /** @throws InputError for columns that are called as answers, or a key that isn't there */
  constructor(
    private readonly arrow: Arrow,
    private readonly input: Schema,
    private readonly names: AnswerNames,
    { key, classes }: WriterOptions,
  ) {
    this.kind = labelKind(classes);
    const known = fieldNames(input);
    this.key = key === undefined ? undefined : known.indexOf(key);
    if (this.key === -1)
      throw new InputError(
        'the schema',
        `it has no column '${key}', which is to be its key; it has ${known.join(', ')}`,
      );
    this.kept = this.key === undefined ? input.fields : [input.fields[this.key]];
    const clash = this.key === undefined ? names.all.find((name) => known.includes(name)) : undefined;
    if (clash !== undefined) throw clashing('the schema', clash);
  }

  schema(): Uint8Array {
    const { Field, Schema, Message, Utf8, Bool, Int64, Float64, Uint8, List } = this.arrow;
    const { label, stage, verdict, scores, error } = this.names;
    const labels = { text: new Utf8(), flag: new Bool(), whole: new Int64(), number: new Float64() };
    const added: Field[] = [
      new Field<DataType>(label, labels[this.kind], true),
      new Field<DataType>(stage, new Uint8(), true),
      new Field<DataType>(verdict, new Utf8(), true),
    ];
    if (scores !== undefined)
      added.push(new Field<DataType>(scores, new List(new Field('item', new Float64(), true)), true));
    if (error !== undefined) added.push(new Field<DataType>(error, new Utf8(), true));
    const metadata = new Map(this.input.metadata);
    // It lists the columns of a data frame, most of which are gone.
    if (this.key !== undefined) metadata.delete('pandas');
    const schema = new Schema([...this.kept, ...added], metadata);
    return Buffer.concat(framed(Message.encode(Message.from(schema))));
  }

  hasDictionary(id: number): boolean {
    return this.key === undefined || idsOf(this.arrow, this.kept[0].type).includes(id);
  }

  batch(
    { version, metadata, header, spans, body }: ArrowBatch,
    rows: number,
    answers: AnswerColumns,
  ): Uint8Array {
    const { Message, MessageHeader } = this.arrow;
    const memory = new BatchMemory(rows);
    if (this.key === undefined) memory.whole(header, body);
    else {
      const { nodes, buffers, variadic } = spans[this.key];
      memory.nodes.push(...header.nodes.slice(...nodes));
      memory.variadicBufferCounts.push(...header.variadicBufferCounts.slice(...variadic));
      for (const { offset, length } of header.buffers.slice(...buffers))
        memory.buffer(body.subarray(offset, offset + length));
    }
    this.addAnswers(memory, answers);
    const { nodes, buffers, variadicBufferCounts, octets } = memory;
    const own = { length: rows, nodes, buffers, variadicBufferCounts, compression: null };
    const message = new Message(octets, version, MessageHeader.RecordBatch, own, metadata);
    return memory.joined(framed(Message.encode(message)));
  }

  private addLabels(memory: BatchMemory, label: AnswerColumns['label']): void {
    if (this.kind === 'flag')
      addFlags(
        memory,
        label.map((each) => (each === null ? null : each === true)),
      );
    else if (this.kind !== 'text') {
      const numbers = label.map((each) => (each === null ? null : Number(each)));
      if (this.kind === 'whole') addWholes(memory, numbers);
      else addNumbers(memory, numbers);
    } else
      addTexts(
        memory,
        label.every(isText) ? label : label.map((each) => (each === null ? null : String(each))),
      );
  }

  private addAnswers(memory: BatchMemory, { label, stage, verdict, scores, error }: AnswerColumns): void {
    const failed = error?.some((each) => each !== null) ? error : undefined;
    this.addLabels(memory, label);
    addBytes(memory, stage, failed);
    addTexts(memory, verdict);
    if (this.names.scores !== undefined) addLists(memory, scores ?? new Float64Array(0), failed);
    if (this.names.error !== undefined) addTexts(memory, error ?? verdict.map(() => null));
  }
}

function isText(label: string | number | boolean | null): label is string | null {
  return typeof label === 'string' || label === null;
}

/** Dictionaries of a column, with those within it. */
function idsOf(arrow: Arrow, type: DataType): number[] {
  const within = (type.children ?? []).flatMap(({ type: child }) => idsOf(arrow, child));
  return arrow.DataType.isDictionary(type) ? [type.id, ...idsOf(arrow, type.dictionary)] : within;
}
