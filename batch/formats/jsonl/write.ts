import type { Writable } from 'node:stream';
import { ColumnRow, jsonRecord } from '../../../lib/data/columns/index.js';
import { InputError } from '../../../lib/errors.js';
import { DEEPEST, isDeeper } from '../../../lib/util/depth.js';
import { answerNames, clashing } from '../answerNames.js';
import type { AnswerColumns, AnswersWriter, RowBatch, WriterOptions } from '../format.js';
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
  const begin = ({ rows, from, source }: RowBatch, i: number): string => {
    const row = rows[i];
    const where = source?.format === 'jsonl' ? `line ${source.numbers[i]}` : `row ${from + i}`;
    if (key !== undefined) {
      const holder = row instanceof ColumnRow ? Object.getPrototypeOf(row) : row;
      // What all objects have is no column.
      const isThere = Object.prototype.propertyIsEnumerable.call(holder, key);
      const value: unknown = isThere ? Reflect.get(row, key) : undefined;
      if (value === undefined) throw new InputError(where, `it has no '${key}', which is to be its key`);
      if (isDeeper(value, DEEPEST))
        throw new InputError(where, `its key '${key}' is nested deeper than ${DEEPEST} levels`);
      return `{${JSON.stringify(key)}:${Object.is(value, -0) ? '-0' : JSON.stringify(value)},`;
    }
    for (const name of names.all) if (name in row) throw clashing(where, name);
    const line = source?.format === 'jsonl' ? source.lines[i] : JSON.stringify(jsonRecord(row));
    const own = line.slice(0, -1).trimEnd();
    return own === '{' ? own : `${own},`;
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
