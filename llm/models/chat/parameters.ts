import { stable } from '../../../lib/features/define/index.js';
import { textDigest } from '../../../lib/util/digest.js';
import { Secrets } from '../../../lib/util/secrets.js';
import type { JsonValue } from '../../../lib/util/state.js';
import {
  type ChatParameters,
  type ChatProvider,
  Endpoint,
  type EndpointOptions,
  EndpointProvider,
  type Generate,
  GenerateProvider,
  type LanguageModelLike,
  LanguageModelProvider,
} from '../providers/index.js';
import { type AnswerKind, answerSchema } from './answers.js';
import type { GivenChatOptions } from './options.js';

/** Where a model is. */
export type ChatSource =
  | { readonly kind: 'endpoint'; readonly endpoint: Partial<EndpointOptions> }
  | { readonly kind: 'sdk'; readonly model: LanguageModelLike }
  | { readonly kind: 'function'; readonly generate: Generate };

/** Likeliest tokens that are asked for. */
const TOP = 20;
/** Of an answer. */
export const MAX_TOKENS = 100;

/** @param model as its provider calls it */
export function chatParameters(
  options: GivenChatOptions,
  model: string,
  answers: AnswerKind,
): ChatParameters {
  const { temperature, maxTokens = MAX_TOKENS, seed, structured = true, logprobs = false, extra } = options;
  const form = structured ? { schema: answerSchema(answers) } : undefined;
  return { model, temperature, maxTokens, seed, form, logprobs: logprobs ? TOP : 0, extra };
}

/** All that changes answers, apart from the messages: part of the key of each question, and of the fingerprint. */
export function statedParameters(
  { temperature, maxTokens, seed, form, logprobs, extra }: ChatParameters,
  answers: AnswerKind,
): { readonly [name: string]: JsonValue } {
  return {
    labels: answers.kind === 'labels' ? answers.texts : { ...answers.range },
    temperature: temperature ?? 'default',
    maxTokens,
    seed: seed ?? null,
    structured: form !== undefined,
    logprobs: logprobs > 0,
    // Its fields may be anything, keys among them.
    extra: extra === undefined ? null : textDigest(stable(extra)),
  };
}

/** @param secrets the user's, beside key and headers of an endpoint */
export function providerOf(
  source: ChatSource,
  name: string,
  parameters: ChatParameters,
  secrets: readonly string[] = [],
): ChatProvider {
  switch (source.kind) {
    case 'endpoint':
      return new EndpointProvider(name, new Endpoint(source.endpoint, name, secrets), parameters);
    case 'sdk':
      return new LanguageModelProvider(name, source.model, parameters, new Secrets(...secrets));
    case 'function':
      return new GenerateProvider(name, source.generate, parameters, new Secrets(...secrets));
  }
}
