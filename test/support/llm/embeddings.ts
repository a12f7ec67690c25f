import { tokensIn } from './completion.js';

/** The body of a request for embeddings. */
export interface EmbeddingsBody {
  readonly model: string;
  readonly input: string | readonly string[];
  readonly dimensions?: number;
  readonly encoding_format?: 'float' | 'base64';
}

/** A vector of a text: how often it has each letter, and its length, cut to a width. */
export function lettersVector(text: string, width: number): number[] {
  const vector = new Array<number>(width).fill(0);
  for (const letter of text.toLowerCase()) vector[letter.charCodeAt(0) % width]++;
  const norm = Math.hypot(...vector) || 1;
  return vector.map((count) => count / norm);
}

export function embeddingsOf(
  { model, input, dimensions, encoding_format }: EmbeddingsBody,
  vectorOf: (text: string, width: number) => number[],
  width: number,
) {
  const texts = typeof input === 'string' ? [input] : input;
  const tokens = texts.reduce((sum, text) => sum + tokensIn(text), 0);
  const data = texts.map((text, index) => {
    const vector = vectorOf(text, dimensions ?? width);
    const bytes = new Uint8Array(Float32Array.from(vector).buffer);
    return {
      object: 'embedding',
      index,
      embedding: encoding_format === 'base64' ? Buffer.from(bytes).toString('base64') : vector,
    };
  });
  // In no order that one may rely on: each has its index.
  return {
    object: 'list',
    data: data.reverse(),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}
