import type { LanguageModelCall, LanguageModelLike } from 'spillway/llm';

/**
 * A language model as the AI SDK has them (`LanguageModelV4`), made by hand: whatever answers a text can stand behind it. Here
 * it takes the place of `openai('gpt-4o-mini-2024-07-18')`, so that the example runs without a network and a key.
 *
 * @param say answers the text of the last message
 */
export function languageModel(
  modelId: string,
  say: (text: string) => string | Promise<string>,
): LanguageModelLike {
  let made = 0;
  return {
    specificationVersion: 'v4',
    provider: 'example.chat',
    modelId,
    async doGenerate({ prompt, responseFormat }: LanguageModelCall) {
      const text = textOf(prompt[prompt.length - 1].content);
      const answer = await say(text);
      const whole = responseFormat === undefined ? answer : JSON.stringify({ label: answer });
      return {
        content: [{ type: 'text', text: whole }],
        finishReason: { unified: 'stop', raw: 'stop' },
        usage: {
          inputTokens: { total: tokens(text), noCache: tokens(text), cacheRead: 0, cacheWrite: undefined },
          outputTokens: { total: tokens(whole), text: tokens(whole), reasoning: 0 },
        },
        response: { id: `${modelId}-${++made}`, modelId },
        warnings: [],
      };
    },
  };
}

/** A message's text: of a system's as it is, of others in parts. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  const parts: readonly unknown[] = Array.isArray(content) ? content : [];
  return parts.map((part) => (isText(part) ? part.text : '')).join('');
}

function isText(part: unknown): part is { readonly text: string } {
  return typeof part === 'object' && part !== null && 'text' in part && typeof part.text === 'string';
}

function tokens(text: string): number {
  return Math.ceil(text.length / 4);
}
