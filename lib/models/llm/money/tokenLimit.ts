import type { ChatMessage, TokenUsage } from '../asking/index.js';

/** Tokens around a message, and around all of them: roles, and beginnings and ends. Servers' templates have 3 to 7. */
const [A_MESSAGE, A_PROMPT] = [10, 20];
/** Answers from which on what was seen limits the tokens of a batch, and the room that is left above it. */
const [ENOUGH, ROOM] = [50, 1.1];

/**
 * The most tokens of prompts. A token of any byte-pair vocabulary holds a byte of UTF-8 or more, so a prompt has no more
 * tokens than bytes; English has four bytes a token.
 *
 * A single question is limited so. For a batch of thousands that would be four times too much, and a limit on money
 * would cut it up. So once 50 answers told their tokens, a batch is limited by the most tokens a byte that any of them
 * had, and a tenth more: its mean would have to be above all that was seen.
 */
export class TokenLimit {
  private seen = 0;
  private most = 0;

  /** @param count tokens of a prompt, where a tokenizer tells exactly */
  constructor(private readonly count?: (messages: readonly ChatMessage[]) => number) {}

  one(messages: readonly ChatMessage[]): number {
    return this.count?.(messages) ?? bytesOf(messages);
  }

  /** Of each of many that are sent together: as their sum it holds. */
  ofMany(messages: readonly ChatMessage[]): number {
    if (this.count !== undefined || this.seen < ENOUGH) return this.one(messages);
    const bytes = bytesOf(messages);
    return Math.min(bytes, Math.ceil(bytes * this.most * ROOM));
  }

  /** @param usage of a prompt; undefined where the server told none */
  learn(messages: readonly ChatMessage[], usage: TokenUsage | undefined): void {
    const bytes = bytesOf(messages);
    if (usage === undefined || messages.length === 0) return;
    this.seen++;
    this.most = Math.max(this.most, usage.input / bytes);
  }
}

/** The most tokens of a prompt beside its texts. */
export function tokensAround(messages: readonly ChatMessage[]): number {
  return A_PROMPT + A_MESSAGE * messages.length;
}

function bytesOf(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), tokensAround(messages));
}
