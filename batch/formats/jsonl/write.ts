import type { Writable } from 'node:stream';
import { ColumnRow, jsonText } from '../../../lib/data/columns/index.js';
import { writtenMember } from '../../../lib/data/tables/index.js';
import { InputError, TableError } from '../../../lib/errors.js';
import { DEEPEST, isDeeper } from '../../../lib/util/depth.js';
import { answerNames, clashing } from '../answerNames.js';
import {
  type AnswerColumns,
  type AnswersWriter,
  handedOn,
  type RowBatch,
  type WriterOptions,
} from '../format.js';
import { sent } from '../sent.js';

/**
 * Writes JSON lines: each row's object as it was read, or its key alone, with the answers as further members.
 *
 * @throws OptionError for names that clash
 */
export function writeJsonl(stream: Writable, options: WriterOptions = {}): AnswersWriter {
  const names = answerNames(options);
  const { key } = options;
  const [label, stage, verdict, scores, error] = [
    names.label,
    names.stage,
    names.verdict,
    names.scores,
    names.error,
  ].map((name) => (name === undefined ? '' : `${JSON.stringify(name)}:`));
  const textOf = textsOf();

  const written = (batch: RowBatch, answers: AnswerColumns): string => {
    const { rows } = batch;
    const width = rows.length === 0 ? 0 : (answers.scores?.length ?? 0) / rows.length;
    let text = '';
    for (let i = 0; i < rows.length; i++) {
      const failed = answers.error?.[i] ?? null;
      text += `${begin(batch, i)}${label}${textOf(answers.label[i])},${stage}${failed === null ? answers.stage[i] : null},${verdict}${textOf(answers.verdict[i])}`;
      if (answers.scores && scores !== '') {
        const own = Array.from(answers.scores.subarray(i * width, (i + 1) * width));
        text += `,${scores}${failed === null ? JSON.stringify(own) : null}`;
      }
      if (error !== '') text += `,${error}${textOf(failed)}`;
      text += '}\n';
    }
    return text;
  };

  /** A row's object up to the answers. */
  const begin = (batch: RowBatch, i: number): string => {
    const { rows, from, source } = batch;
    const row = rows[i];
    const where = source?.format === 'jsonl' ? `line ${source.numbers[i]}` : `row ${from + i}`;
    if (key !== undefined) {
      const holder = row instanceof ColumnRow ? Object.getPrototypeOf(row) : row;
      // What all objects have is no column.
      const isThere = Object.prototype.propertyIsEnumerable.call(holder, key);
      const value: unknown = isThere ? handedOn(batch, row, key) : undefined;
      if (value === undefined) throw new InputError(where, `it has no '${key}', which is to be its key`);
      if (isDeeper(value, DEEPEST))
        throw new InputError(where, `its key '${key}' is nested deeper than ${DEEPEST} levels`);
      // As it was written: a double may not have a number's digits.
      const mayDiffer = typeof value === 'number' ? !Number.isSafeInteger(value) : typeof value === 'object';
      const line = mayDiffer && source?.format === 'jsonl' ? writtenMember(source.lines[i], key) : undefined;
      return `{${JSON.stringify(key)}:${line ?? jsonText(value, key)},`;
    }
    for (const name of names.all) if (name in row) throw clashing(where, name);
    const line = source?.format === 'jsonl' ? source.lines[i] : recordText(batch, row, where);
    const own = line.slice(0, -1).trimEnd();
    return own === '{' ? own : `${own},`;
  };

  const begun = new Map<string, string>();
  /** A row that wasn't read as JSON. @throws InputError for a column of a type that isn't written */
  const recordText = (batch: RowBatch, row: object, where: string): string => {
    let text = '';
    for (const name of row instanceof ColumnRow ? ColumnRow.tableOf(row).names : Object.keys(row)) {
      const member = begun.get(name) ?? `${JSON.stringify(name)}:`;
      begun.set(name, member);
      try {
        text += `${text === '' ? '{' : ','}${member}${jsonText(handedOn(batch, row, name), name)}`;
      } catch (cause) {
        if (!(cause instanceof TableError)) throw cause;
        throw new InputError(where, `column '${name}' ${cause.why}; a key leaves it out`, { cause });
      }
    }
    return text === '' ? '{}' : `${text}}`;
  };

  return {
    write: async (batch, answers) => {
      const text = written(batch, answers);
      if (text !== '') await sent(stream, text);
    },
    end: async () => {},
  };
}

/** Values as JSON: most are those of rows before. */
function textsOf(): (value: string | number | boolean | null) => string {
  const known = new Map<string | boolean | null, string>();
  return (value) => {
    if (typeof value === 'number') return JSON.stringify(value);
    let text = known.get(value);
    if (text === undefined) {
      text = JSON.stringify(value);
      if (known.size < 1_000) known.set(value, text);
    }
    return text;
  };
}
