import { member, numberMember, textMember } from '../../../lib/util/member.js';
import type { JsonValue } from '../../../lib/util/state.js';
import {
  type ChatMessage,
  type ChatReply,
  soundUsage,
  type TokenLogProbability,
  type TokenUsage,
} from '../asking/index.js';
import type { ChatParameters } from './provider.js';

/** Fields of a request that some servers refuse: a model can do without them. */
export type Optional = 'response_format' | 'logprobs' | 'seed' | 'temperature' | 'max_tokens';

/** The body of a request for a chat completion. @param left fields that the server refuses */
export function completionBody(
  messages: readonly ChatMessage[],
  { model, temperature = 0, maxTokens, seed, form, logprobs, extra }: ChatParameters,
  left: ReadonlySet<Optional>,
): JsonValue {
  const json = form && { name: 'answer', strict: true, schema: form.schema };
  return {
    model,
    messages: messages.map(({ role, content }) => ({ role, content })),
    ...(!left.has('temperature') && { temperature }),
    // Newer models of OpenAI's take the other name alone.
    [left.has('max_tokens') ? 'max_completion_tokens' : 'max_tokens']: maxTokens,
    ...(seed !== undefined && !left.has('seed') && { seed }),
    ...(json !== undefined &&
      !left.has('response_format') && { response_format: { type: 'json_schema', json_schema: json } }),
    ...(logprobs > 0 && !left.has('logprobs') && { logprobs: true, top_logprobs: logprobs }),
    ...extra,
  };
}

/**
 * A completion as a reply.
 *
 * @returns undefined for what is no completion
 */
export function readCompletion(json: unknown): ChatReply | undefined {
  const choices = member(json, 'choices');
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  const message = member(choice, 'message');
  if (typeof message !== 'object' || message === null) return undefined;
  const content = member(message, 'content');
  const refusal = member(message, 'refusal');
  const isRefusal = typeof refusal === 'string' && refusal !== '';
  return {
    text: typeof content === 'string' && !isRefusal ? content : null,
    usage: usageOf(member(json, 'usage')),
    logprobs: logprobsOf(member(member(choice, 'logprobs'), 'content')),
    model: textMember(json, 'model'),
    id: textMember(json, 'id'),
    finish: textMember(choice, 'finish_reason'),
  };
}

function usageOf(usage: unknown): TokenUsage | undefined {
  const input = numberMember(usage, 'prompt_tokens');
  const output = numberMember(usage, 'completion_tokens');
  if (input === undefined || output === undefined) return undefined;
  const cached = numberMember(member(usage, 'prompt_tokens_details'), 'cached_tokens') ?? 0;
  return soundUsage({ input, cached, output });
}

/** Of each token those that might stand there, the one that does first. */
function logprobsOf(tokens: unknown): ChatReply['logprobs'] {
  if (!Array.isArray(tokens) || tokens.length === 0) return undefined;
  const all: TokenLogProbability[][] = [];
  for (const place of tokens) {
    const own = tokenOf(place);
    const others = member(place, 'top_logprobs');
    if (own === undefined) return undefined;
    const tops = Array.isArray(others) ? others.flatMap((other) => tokenOf(other) ?? []) : [];
    all.push([own, ...tops.filter(({ token }) => token !== own.token)]);
  }
  return all;
}

function tokenOf(value: unknown): TokenLogProbability | undefined {
  const [token, logprob] = [member(value, 'token'), member(value, 'logprob')];
  return typeof token === 'string' && typeof logprob === 'number' ? { token, logprob } : undefined;
}
