import { checkKeys, show } from '../lib/check.js';
import { OptionError } from '../lib/errors.js';
import { hasWords } from '../lib/util/wholeWord.js';
import type { ChatMessage } from './models/index.js';

/** A prompt with places for columns. */
export interface PromptTemplate {
  /** The columns that it reads, each once, in the order of their first places. */
  readonly columns: readonly string[];
  /** The messages of a row. */
  messages(row: Readonly<Record<string, unknown>>): ChatMessage[];
}

/** What a prompt is checked against before a row is asked about. */
export interface PromptChecks {
  /** Columns that rows have. @defaultValue any */
  readonly columns?: readonly string[];
  /** Labels that it has to name, each as it is spelt and as words of their own. @defaultValue none */
  readonly labels?: readonly string[];
}

/** A line of its own between what the system says and what the user does. */
const SYSTEM_ENDS = /^---[ \t]*\r?\n/m;
/** A doubled brace is one of the text. */
const PLACE = /\{\{|\}\}|\{([^{}\n]+)\}/g;

/**
 * Reads a prompt whose `{column}` places stand for a row's values; `{{` and `}}` are braces. What stands before a line
 * `---` is the system's message.
 *
 * @throws OptionError for a prompt without a place, one that names a column that rows lack, one that doesn't name every
 *   label, and for labels that differ by case alone
 * @example
 * const prompt = promptTemplate('Is this mail spam or ham?\n\n{body}', { labels: ['spam', 'ham'] });
 * prompt.messages({ body: 'You have won' }); // one message of the user's
 */
export function promptTemplate(text: string, checks: PromptChecks = {}): PromptTemplate {
  checkKeys(checks, ['columns', 'labels']);
  if (typeof text !== 'string' || text.trim() === '')
    throw new OptionError('prompt', `expected a text with {column} places, got ${show(text)}`);
  const columns = [...new Set([...text.matchAll(PLACE)].flatMap(([, name]) => name?.trim() ?? []))];
  checkColumns(columns, checks.columns);
  checkLabelsIn(text, checks.labels ?? []);
  const [first, ...others] = text.split(SYSTEM_ENDS);
  const parts: { readonly role: ChatMessage['role']; readonly content: string }[] =
    others.length === 0
      ? [{ role: 'user', content: first }]
      : [
          { role: 'system', content: first.trim() },
          { role: 'user', content: others.join('---\n') },
        ];
  return {
    columns,
    messages: (row) => parts.map(({ role, content }) => ({ role, content: filled(content, row) })),
  };
}

function filled(text: string, row: Readonly<Record<string, unknown>>): string {
  return text.replace(PLACE, (whole, name?: string) => {
    if (name === undefined) return whole[0];
    const value = row[name.trim()];
    return value === null || value === undefined ? '' : String(value);
  });
}

function checkColumns(columns: readonly string[], known: readonly string[] | undefined): void {
  if (columns.length === 0)
    throw new OptionError('prompt', 'has no {column} place: every row would be the same question');
  const missing = known && columns.find((name) => !known.includes(name));
  if (known === undefined || missing === undefined) return;
  throw new OptionError(
    'prompt',
    `reads the column {${missing}}, which the rows don't have: they have ${known.join(', ')}. A brace of the text is written twice`,
  );
}

function checkLabelsIn(text: string, labels: readonly string[]): void {
  const spelt = new Map<string, string>();
  for (const label of labels) {
    const before = spelt.get(label.toLowerCase());
    if (before !== undefined) {
      const how = before === label ? 'is given twice' : `and ${show(before)} differ by case alone`;
      throw new OptionError('labels', `${show(label)} ${how}: an answer couldn't tell them apart`);
    }
    spelt.set(label.toLowerCase(), label);
  }
  const said = text.replace(PLACE, ' ');
  const unnamed = labels.filter((label) => !hasWords(said, label));
  if (unnamed.length === 0) return;
  throw new OptionError(
    'labels',
    `the prompt never names ${unnamed.map(show).join(', ')} as words of their own: the model can't answer what it isn't told of`,
  );
}
