import type { JsonValue } from '../../../lib/util/state.js';
import type { ChatQuestion, ChatReply } from '../asking/index.js';
import type { LimitNews } from '../limits/index.js';

/** The form of an answer. */
export interface AnswerForm {
  /** Its JSON schema: of an object of one property. */
  readonly schema: JsonValue;
}

/** What questions have in common, as a provider is asked. */
export interface ChatParameters {
  /** As the provider calls it. */
  readonly model: string;
  /** Undefined: 0 where the model takes it. */
  readonly temperature: number | undefined;
  readonly maxTokens: number;
  readonly seed: number | undefined;
  /** Undefined where no form is asked for. */
  readonly form: AnswerForm | undefined;
  /** Likeliest tokens of each place of an answer; 0: none. */
  readonly logprobs: number;
  /** Further fields of a request, as the provider has them. */
  readonly extra: Readonly<Record<string, JsonValue>> | undefined;
}

/** One way to put a question to a model, once. */
export interface ChatProvider {
  /** The model's name in errors. */
  readonly name: string;
  /** What it left out of requests since the server refused it, in words. */
  readonly notes: readonly string[];
  /** Takes the keys in use out of a text that is kept. */
  outOf(text: string): string;
  /** @returns rejects with a ProviderFault */
  ask(
    question: ChatQuestion,
    signal: AbortSignal,
  ): Promise<{ readonly reply: ChatReply; readonly news: LimitNews }>;
}
