import { sha256 } from '#sha256';

/** Shorter texts are their own keys. */
const SHORT = 64;

/** A cache's key of a text: equal for equal texts alone, and short. */
export function textKey(text: string): string {
  return text.length <= SHORT ? `=${text}` : sha256([new TextEncoder().encode(text)]);
}

/** The same of tokens. */
export function tokensKey(tokens: Int32Array): string {
  return sha256([new Uint8Array(tokens.buffer, tokens.byteOffset, tokens.byteLength)]);
}
