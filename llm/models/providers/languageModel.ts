import { ServerError } from '../../../lib/errors.js';
import { member, numberMember, textMember } from '../../../lib/util/member.js';
import type { Secrets } from '../../../lib/util/secrets.js';
import {
  type ChatMessage,
  type ChatQuestion,
  type ChatReply,
  soundUsage,
  type TokenUsage,
} from '../asking/index.js';
import { limitNews, ProviderFault } from '../limits/index.js';
import { thrownFault, thrownRefusal, withoutKeys } from './faults.js';
import type { ChatParameters, ChatProvider } from './provider.js';
import { learnSdkKeys } from './sdkKeys.js';

/** What a language model of the AI SDK is asked: part of its own options. */
export interface LanguageModelCall {
  readonly prompt: readonly { readonly role: string; readonly content: unknown }[];
  readonly maxOutputTokens?: number | undefined;
  readonly temperature?: number | undefined;
  readonly seed?: number | undefined;
  readonly responseFormat?: unknown;
  readonly abortSignal?: AbortSignal | undefined;
  readonly providerOptions?: unknown;
}

/**
 * A language model of the AI SDK (`LanguageModelV4`, and V3, which is alike as far as it is used), by its structure: nothing
 * of the SDK is imported.
 *
 * @see Vercel, AI SDK 7, `@ai-sdk/provider`, `LanguageModelV4`
 */
export interface LanguageModelLike {
  readonly specificationVersion: 'v3' | 'v4';
  readonly provider: string;
  readonly modelId: string;
  doGenerate(options: LanguageModelCall): PromiseLike<unknown>;
}

/**
 * Whether something is a language model of the AI SDK, as `chatModel` takes them: by its structure, whichever package made it.
 *
 * @example isLanguageModel(openai('gpt-4o-mini-2024-07-18')); // true
 */
export function isLanguageModel(value: unknown): value is LanguageModelLike {
  return typeof member(value, 'doGenerate') === 'function' && typeof member(value, 'modelId') === 'string';
}

/** A model of the AI SDK, asked directly: its own retries are those of `generateText`, which isn't used. */
export class LanguageModelProvider implements ChatProvider {
  readonly notes: string[] = [];
  private readonly left = new Set<'form' | 'temperature'>();
  private learnt: Promise<void> | undefined;

  constructor(
    readonly name: string,
    private readonly model: LanguageModelLike,
    private readonly parameters: ChatParameters,
    private readonly secrets: Secrets,
  ) {}

  outOf(text: string): string {
    return this.secrets.outOf(text);
  }

  async ask({ messages }: ChatQuestion, signal: AbortSignal) {
    const { temperature = 0, maxTokens, seed, form, extra } = this.parameters;
    const call = {
      prompt: messages.map(promptPart),
      maxOutputTokens: maxTokens,
      ...(!this.left.has('temperature') && { temperature }),
      ...(seed !== undefined && { seed }),
      ...(form !== undefined &&
        !this.left.has('form') && {
          responseFormat: { type: 'json', schema: form.schema, name: 'answer' },
        }),
      ...(extra !== undefined && { providerOptions: extra }),
      abortSignal: signal,
    };
    let result: unknown;
    try {
      result = await this.model.doGenerate(call);
    } catch (error) {
      throw this.faultOf(error);
    } finally {
      this.learnt ??= learnSdkKeys(this.model, this.secrets);
      await this.learnt;
    }
    for (const warning of listOf(member(result, 'warnings'))) this.note(warning);
    const headers = member(member(result, 'response'), 'headers');
    return { reply: this.replyOf(result), news: limitNews(headers) };
  }

  private replyOf(result: unknown): ChatReply {
    const content = member(result, 'content');
    if (!Array.isArray(content)) {
      const error = new ServerError(this.name, 'malformed', "'doGenerate' gave what has no 'content'");
      throw new ProviderFault(error, { paid: 'maybe', next: 'never' });
    }
    const structured = member(result, 'structuredOutputText');
    const texts = content.flatMap((part: unknown) =>
      member(part, 'type') === 'text' ? String(member(part, 'text')) : [],
    );
    // V3 of some providers has it as text.
    const reason = member(result, 'finishReason');
    const finish = typeof reason === 'string' ? reason : textMember(reason, 'unified');
    const response = member(result, 'response');
    const isRefusal = finish === 'content-filter' || (texts.length === 0 && typeof structured !== 'string');
    return {
      text: isRefusal ? null : typeof structured === 'string' ? structured : texts.join(''),
      usage: usageOf(member(result, 'usage')),
      model: textMember(response, 'modelId'),
      id: textMember(response, 'id'),
      finish,
    };
  }

  private faultOf(error: unknown): ProviderFault {
    const { status, message = '', news } = thrownRefusal(error, this.secrets) ?? {};
    const { form, temperature } = this.parameters;
    for (const [field, isSent, words, note] of [
      ['form', form !== undefined, /response_?format|json_?schema|structured/i, 'structured answers'],
      ['temperature', temperature === undefined, /\btemperature\b/i, 'a temperature of 0'],
    ] as const) {
      if (status !== 400 || !isSent || this.left.has(field) || !words.test(message)) continue;
      this.left.add(field);
      this.notes.push(`it doesn't take ${note}`);
      const told = new ServerError(this.name, 'refused', message, status);
      return new ProviderFault(told, { paid: 'no', next: 'changed', news });
    }
    return thrownFault(this.name, error, this.secrets);
  }

  private note(warning: unknown): void {
    const what = member(warning, 'feature') ?? member(warning, 'setting') ?? member(warning, 'message');
    const said = `${String(member(warning, 'type'))} ${String(what)}`;
    const text = `its provider says: ${withoutKeys(said, this.secrets)}`;
    if (!this.notes.includes(text)) this.notes.push(text);
  }
}

function promptPart({ role, content }: ChatMessage) {
  return role === 'system' ? { role, content } : { role, content: [{ type: 'text', text: content }] };
}

function usageOf(usage: unknown): TokenUsage | undefined {
  const given = member(usage, 'inputTokens');
  const input = numberMember(given, 'total');
  const output = numberMember(member(usage, 'outputTokens'), 'total');
  if (input === undefined || output === undefined) return undefined;
  return soundUsage({ input, cached: numberMember(given, 'cacheRead') ?? 0, output });
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
