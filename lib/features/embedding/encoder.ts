import type { Vectors } from './vectors.js';

/** The circumstances in which an encoder is called. */
export interface EncodeContext {
  /** Aborted when the vectors aren't needed any more, or come too late. */
  readonly signal: AbortSignal;
}

/** Encodes texts: returns a vector for each, in their order, or a promise of them. */
export type Encode = (texts: string[], context: EncodeContext) => Vectors | PromiseLike<Vectors>;

/** Encodes texts that are tokens already. Their lengths differ: the function pads them. */
export type EncodeTokens = (tokens: Int32Array[], context: EncodeContext) => Vectors | PromiseLike<Vectors>;

/** Items that are ready to be encoded. */
export interface Prepared {
  /** What batches are padded by: tokens, or characters where no tokens are known. 0 if there is nothing to encode. */
  readonly sizes: ArrayLike<number>;
  /** @param positions of some items */
  encode(positions: Int32Array, context: EncodeContext): unknown;
}

/** An encoder as a feature uses it. */
export interface Encoder<Item> {
  /** Items of one name have equal vectors. */
  name(item: Item): string;
  prepare(items: readonly Item[]): Prepared;
}

/** An encoder by a function of texts. An empty text is encoded too: encoders have vectors for it. */
export function textEncoder(encode: Encode): Encoder<string> {
  return {
    name: (text) => text,
    prepare: (texts) => ({
      sizes: texts.map(({ length }) => Math.max(1, length)),
      encode: (positions, context) =>
        encode(
          Array.from(positions, (i) => texts[i]),
          context,
        ),
    }),
  };
}

/** An encoder by a function of tokens. */
export function tokenEncoder(encode: EncodeTokens): Encoder<Int32Array> {
  return {
    name: (tokens) => tokens.join(),
    prepare: (all) => ({
      sizes: all.map(({ length }) => length),
      encode: (positions, context) =>
        encode(
          Array.from(positions, (i) => all[i]),
          context,
        ),
    }),
  };
}

/** An encoder of texts by one of tokens. */
export function tokenised(
  split: (text: string) => Int32Array,
  { prepare }: Encoder<Int32Array>,
): Encoder<string> {
  return { name: (text) => text, prepare: (texts) => prepare(texts.map(split)) };
}
