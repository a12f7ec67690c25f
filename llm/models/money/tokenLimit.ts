import type { ChatMessage } from '../asking/index.js';

/** Tokens around a message, and around all of them: roles, and beginnings and ends. Servers' templates have 3 to 7. */
const [A_MESSAGE, A_PROMPT] = [10, 20];

/**
 * The most tokens of a prompt. A token of any byte-pair vocabulary holds a byte of UTF-8 or more, so a prompt has no more
 * tokens than bytes; English has four bytes a token. What other prompts had says nothing for sure: the next may be in
 * another script.
 *
 * @param count tokens of a prompt, where a tokenizer tells exactly
 */
export function mostTokens(
  messages: readonly ChatMessage[],
  count?: (messages: readonly ChatMessage[]) => number,
): number {
  return count?.(messages) ?? bytesOf(messages);
}

/** Tokens of a text by its length, about: English has 4 bytes a token. */
export function textTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4);
}

/** The most tokens of a prompt beside its texts. */
export function tokensAround(messages: readonly ChatMessage[]): number {
  return A_PROMPT + A_MESSAGE * messages.length;
}

function bytesOf(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), tokensAround(messages));
}
