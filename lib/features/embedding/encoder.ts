import type { Layered } from './layers.js';
import type { Vectors } from './vectors.js';

/** The circumstances in which an encoder is called. */
export interface EncodeContext {
  /** Aborted when the vectors aren't needed any more, or come too late. */
  readonly signal: AbortSignal;
}

/** Encodes items: returns a vector for each, in their order, or a promise of them. */
export type EncodeItems<Item> = (items: Item[], context: EncodeContext) => Vectors | PromiseLike<Vectors>;

/** The same, of items that a batch of rows has: the batch is a key to what is kept for it. */
export type EncodeOfBatch<Item> = (
  items: Item[],
  context: EncodeContext,
  batch: object,
) => Vectors | PromiseLike<Vectors>;

/** Encodes texts: returns a vector for each, in their order, or a promise of them. */
export interface Encode extends Partial<Layered<Encode>> {
  (texts: string[], context: EncodeContext): Vectors | PromiseLike<Vectors>;
}

/** Encodes texts that are tokens already. Their lengths differ: the function pads them. */
export interface EncodeTokens extends Partial<Layered<EncodeTokens>> {
  (tokens: Int32Array[], context: EncodeContext): Vectors | PromiseLike<Vectors>;
}

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
  /** @param batch of rows, which the items are of */
  prepare(items: readonly Item[], batch: object): Prepared;
}

/** An encoder by a function of texts. An empty text is encoded too: encoders have vectors for it. */
export function textEncoder(encode: EncodeOfBatch<string>): Encoder<string> {
  return {
    name: (text) => text,
    prepare: (texts, batch) => ({
      sizes: texts.map(({ length }) => Math.max(1, length)),
      encode: (positions, context) =>
        encode(
          Array.from(positions, (i) => texts[i]),
          context,
          batch,
        ),
    }),
  };
}

/** An encoder by a function of tokens. */
export function tokenEncoder(encode: EncodeOfBatch<Int32Array>): Encoder<Int32Array> {
  return {
    name: (tokens) => tokens.join(),
    prepare: (all, batch) => ({
      sizes: all.map(({ length }) => length),
      encode: (positions, context) =>
        encode(
          Array.from(positions, (i) => all[i]),
          context,
          batch,
        ),
    }),
  };
}

/** A text with its tokens. */
export interface Tokenised {
  readonly text: string;
  readonly tokens: Int32Array;
}

/** An encoder of texts by one of tokens: equal texts have one name. */
export function tokenisedEncoder({ prepare }: Encoder<Int32Array>): Encoder<Tokenised> {
  return {
    name: ({ text }) => text,
    prepare: (items, batch) =>
      prepare(
        items.map(({ tokens }) => tokens),
        batch,
      ),
  };
}

/** The same, which makes the tokens. */
export function splittingEncoder(
  split: (text: string) => Int32Array,
  { prepare }: Encoder<Int32Array>,
): Encoder<string> {
  return { name: (text) => text, prepare: (texts, batch) => prepare(texts.map(split), batch) };
}
