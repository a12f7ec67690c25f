import { DataError } from '../../../errors.js';
import { member } from '../../../util/member.js';
import { lineOutcomes } from '../batches/index.js';
import type { RecordedAnswer } from './recorded.js';

/**
 * The answers in the output file of a batch by OpenAI's protocol, by the `custom_id` of each. Lines without an answer are
 * left out.
 *
 * @param text the file's content
 * @param parse the label in what the model said; undefined where it can't be told. @defaultValue what it said, without
 *   spaces around it
 * @throws DataError for a file without any answer
 *
 * @example
 * const answers = batchAnswers(await readFile('batch_output.jsonl', 'utf8'));
 * const full = recorded({ name: 'gpt-4o-mini', labels: ['for', 'against'], key: (row: Row) => row.id, answers });
 */
export function batchAnswers(text: string): RecordedAnswer<string>[];
export function batchAnswers<L>(text: string, parse: (said: string) => L | undefined): RecordedAnswer<L>[];
export function batchAnswers<L>(
  text: string,
  parse: (said: string) => L | string | undefined = (said) => said.trim(),
): RecordedAnswer<L | string>[] {
  const answers: RecordedAnswer<L | string>[] = [];
  for (const { id, body } of lineOutcomes(text)) {
    const choices = member(body, 'choices');
    const message = member(Array.isArray(choices) ? choices[0] : undefined, 'message');
    const content = member(message, 'content');
    if (typeof content === 'string') answers.push({ key: id, answer: parse(content) ?? null });
  }
  if (answers.length > 0) return answers;
  throw new DataError(
    'the output of a batch: it has no answer; expected lines with custom_id and response.body.choices',
  );
}
