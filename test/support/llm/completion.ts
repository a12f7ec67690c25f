import type { ChatMessage } from '../../../llm/models/index.js';
import { spokenTokens } from './logprobs.js';
import type { Said } from './speaker.js';

/** The body of a request for a chat completion, as far as the server reads it. */
export interface CompletionBody {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly response_format?: {
    readonly type: string;
    readonly json_schema?: { readonly schema?: AnswerSchema };
  };
  readonly logprobs?: boolean;
  readonly top_logprobs?: number;
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
}

interface AnswerSchema {
  readonly properties?: Readonly<Record<string, { readonly type?: string }>>;
}

/** What a server can do. */
export interface Abilities {
  readonly structured: 'yes' | 'refused' | 'ignored';
  readonly logprobs: boolean;
  readonly usage: boolean;
}

/** A token is about four characters. */
export const tokensIn = (text: string) => Math.ceil(text.length / 4);

export function promptTokens(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, { content }) => sum + 4 + tokensIn(content), 0);
}

/** The answer as a chat completion. */
export function completionOf(
  body: CompletionBody,
  said: Said,
  { id, model, abilities }: { readonly id: string; readonly model: string; readonly abilities: Abilities },
) {
  const { text, finish = 'stop', probabilities, isRaw = false } = said;
  const schema =
    abilities.structured === 'yes' && !isRaw ? body.response_format?.json_schema?.schema : undefined;
  const around = text === null ? undefined : wrapping(schema);
  const content = text === null || around === undefined ? text : around.before + text + around.after;
  const isListed = abilities.logprobs && body.logprobs === true && probabilities !== undefined;
  const input = promptTokens(body.messages);
  const output = content === null ? 4 : tokensIn(content);
  return {
    id,
    object: 'chat.completion',
    created: 1_767_225_600,
    model,
    system_fingerprint: null,
    choices: [
      {
        index: 0,
        finish_reason: finish,
        message: {
          role: 'assistant',
          content,
          ...(text === null ? { refusal: "I can't help with that." } : { refusal: null }),
        },
        logprobs:
          isListed && text !== null
            ? {
                content: spokenTokens(
                  text,
                  around ?? { before: '', after: '' },
                  probabilities,
                  body.top_logprobs ?? 0,
                ),
              }
            : null,
      },
    ],
    ...(abilities.usage && {
      usage: {
        prompt_tokens: input,
        completion_tokens: output,
        total_tokens: input + output,
        prompt_tokens_details: { cached_tokens: 0 },
      },
    }),
  };
}

/** What stands around an answer that has the form of an object of one property. */
function wrapping(schema: AnswerSchema | undefined) {
  const [property] = Object.entries(schema?.properties ?? {});
  if (property === undefined) return undefined;
  const [name, { type }] = property;
  const quote = type === 'number' || type === 'integer' || type === 'boolean' ? '' : '"';
  return { before: `{"${name}":${quote}`, after: `${quote}}` };
}
