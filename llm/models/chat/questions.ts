import { show } from '../../../lib/check.js';
import { ModelError, OptionError } from '../../../lib/errors.js';
import { textDigest } from '../../../lib/util/digest.js';
import { errorText } from '../../../lib/util/errorText.js';
import { hasWords } from '../../../lib/util/wholeWord.js';
import type { ChatMessage, ChatQuestion } from '../asking/index.js';
import { textTokens } from '../money/index.js';
import { messagesOf, type Prompt } from './promptText.js';

/** What questions are made by. */
export interface Questioning {
  readonly model: string;
  readonly prompt: Prompt<never>;
  /** Model and parameters, for keys. */
  readonly terms: string;
  readonly contextTokens: number | undefined;
  readonly maxTokens: number;
  readonly tokensOf: (messages: readonly ChatMessage[]) => number;
}

/** Makes questions of rows. */
export class Questions {
  constructor(private readonly by: Questioning) {}

  /** @throws ModelError that names the row, for a prompt that fails or gives no messages */
  messages(row: unknown, at: number): readonly ChatMessage[] {
    const { model, prompt } = this.by;
    let given: string | readonly ChatMessage[];
    try {
      given = prompt(row as never); // It is the user's own, as his features get it.
    } catch (error) {
      throw new ModelError(model, `'prompt' failed: ${errorText(error)}`, { row: at, cause: error });
    }
    const messages = messagesOf(given);
    if (!Array.isArray(messages) || messages.length === 0 || !messages.every(isMessage)) {
      const expected = "text, or messages { role: 'system' | 'user' | 'assistant', content }";
      throw new ModelError(model, `'prompt' gave ${show(given)}; expected ${expected}`, { row: at });
    }
    return messages;
  }

  question(messages: readonly ChatMessage[], ask: number): ChatQuestion {
    const parts = messages.map(({ role, content }) => [role, content]);
    return { key: textDigest(`${this.by.terms}\n${JSON.stringify(parts)}`), messages, ask, attempt: 0 };
  }

  /** In words how messages are too long for the model; undefined where they aren't. */
  tooLong(messages: readonly ChatMessage[]): string | undefined {
    const { contextTokens, maxTokens, tokensOf } = this.by;
    if (contextTokens === undefined) return undefined;
    const tokens = tokensOf(messages);
    if (tokens + maxTokens <= contextTokens) return undefined;
    return (
      `its prompt has about ${tokens} tokens, and ${maxTokens} are for the answer: the context has ${contextTokens}. ` +
      "Cut the row's text in 'prompt', or count exactly by 'countTokens'"
    );
  }
}

/** The same question once more, since its answer was none. */
export function onceMore(question: ChatQuestion): ChatQuestion {
  return { ...question, attempt: 1 };
}

/** Tokens of messages by their length, about. */
export function tokensByLength(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, { content }) => sum + 4 + textTokens(content), 0);
}

/** @throws OptionError where none of the first rows' messages names a label: the model would have to guess it */
export function checkLabelsNamed(all: readonly (readonly ChatMessage[])[], texts: readonly string[]): void {
  const said = all.map((messages) => messages.map(({ content }) => content.toLowerCase()).join('\n'));
  const missing = texts.filter((label) => !said.some((text) => hasWords(text, label.toLowerCase())));
  if (missing.length === 0) return;
  throw new OptionError(
    'labels',
    `the prompt never names ${missing.map(show).join(', ')} as words of their own: name each label in it, or say labelsInPrompt: false ` +
      'where the model was trained to answer so',
  );
}

function isMessage(value: unknown): value is ChatMessage {
  if (typeof value !== 'object' || value === null || !('role' in value) || !('content' in value))
    return false;
  const { role, content } = value;
  return typeof content === 'string' && (role === 'system' || role === 'user' || role === 'assistant');
}
