import { DataError } from '../../../lib/errors.js';
import { lineOutcomes } from '../batches/index.js';
import { readCompletion } from '../providers/index.js';
import type { RecordedAnswer } from './recorded.js';

/**
 * The answers in the output file of a batch by OpenAI's protocol, by the `custom_id` of each. Lines without an answer are
 * left out; one that was cut at its limit of tokens, refused or filtered can't be used: half a label may be another one.
 *
 * @param output the file's content
 * @param parse the label in what the model said; undefined where it can't be told. @defaultValue what it said, without
 *   spaces around it
 * @throws DataError for a file without any answer
 *
 * @example
 * const answers = batchAnswers(await readFile('batch_output.jsonl', 'utf8'));
 * const full = recorded({ name: 'gpt-4o-mini', labels: ['for', 'against'], key: (row: Row) => row.id, answers });
 */
export function batchAnswers(output: string): RecordedAnswer<string>[];
export function batchAnswers<L>(output: string, parse: (said: string) => L | undefined): RecordedAnswer<L>[];
export function batchAnswers<L>(
  output: string,
  parse: (said: string) => L | string | undefined = (said) => said.trim(),
): RecordedAnswer<L | string>[] {
  const answers: RecordedAnswer<L | string>[] = [];
  for (const { id, body } of lineOutcomes(output)) {
    const reply = readCompletion(body);
    if (reply === undefined) continue;
    const { text, finish = '' } = reply;
    const isWhole = text !== null && !['length', 'content_filter'].includes(finish);
    answers.push({ key: id, answer: isWhole ? (parse(text) ?? null) : null });
  }
  if (answers.length > 0) return answers;
  throw new DataError(
    'the output of a batch: it has no answer; expected lines with custom_id and response.body.choices',
  );
}
