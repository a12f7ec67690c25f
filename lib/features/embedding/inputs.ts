import { sha256 } from '#sha256';
import { FeatureError } from '../../errors.js';
import { textDigest } from '../../util/digest.js';
import { errorText } from '../../util/errorText.js';
import type { JsonValue } from '../../util/state.js';
import {
  type Feature,
  type FittedFeature,
  type RowView,
  readsOf,
  rowCheck,
  type Source,
  statedSource,
  type Transform,
  transform,
} from '../define/index.js';
import { cut, MOST_CHARACTERS } from '../text/index.js';
import { splittingEncoder, type Tokenised, textEncoder, tokenEncoder, tokenisedEncoder } from './encoder.js';
import { type Embedding, fittedEmbedding, type ReadItems } from './fitted.js';
import { type EncoderInLayers, openedUpTo } from './layers.js';
import { type TextOptions, textFault, textReader } from './texts.js';
import { cutTokens, type Splitter, type Tokens } from './tokens.js';

/** What is encoded of a row, and by which encoder. */
export interface EncoderInput<Row> extends Pick<Feature<Row>, 'check' | 'checkAll' | 'reads'> {
  /** The feature outside of steps. */
  readonly alone: Embed<Row>;
  /** A cache's key of a row. */
  readonly key: Source<Row, string | null>;
  /** Options that change values. */
  readonly stated: { readonly [name: string]: JsonValue };
  readonly looks: Looks<Row>;
}

/** Makes items and their encoder a fitted feature. */
export type Embed<Row> = (embedding: Embedding) => FittedFeature<Row>;

/** A cheaper look at a text. */
export interface Look {
  /** The encoder's first layers. @defaultValue all */
  readonly layers?: number | undefined;
  /** Tokens, or characters where no tokens are known. @defaultValue as many as the feature reads */
  readonly size?: number | undefined;
}

/** The feature in steps that share their work. */
export interface Looks<Row> {
  /** What all of them read. */
  readonly reads: readonly Transform<Row, unknown>[];
  /** Follows a size in names: tokens, or characters. */
  readonly unit: 't' | '';
  /** Layers of the encoder, 1 where it doesn't answer in steps. */
  readonly layers: number;
  /** Whether the encoder goes on with texts that its first layers have read whole. */
  readonly goesOn: boolean;
  /** The size of each row's text, as far as the feature reads it; 0 for a row without one. */
  sizes(view: RowView<Row>): readonly number[];
  /** With the values that the feature has alone. */
  readonly whole: Embed<Row>;
  at(look: Look): Embed<Row>;
}

/** Texts, and how many of their tokens are read. */
type LimitedTexts<Row> = TextOptions<Row> & { readonly limit?: number | undefined };

/** Texts for an encoder of texts. */
export function textInput<Row>(
  options: LimitedTexts<Row>,
  encoder: EncoderInLayers<string>,
): EncoderInput<Row> {
  const { source, read, textOf, common } = textsOf(options);
  const shared = madeOf(source, 'text', textOf);
  const whole = textEncoder(encoder.encode);
  return {
    ...common,
    alone: (embedding) => fittedEmbedding(read, whole, embedding),
    looks: {
      reads: [shared],
      unit: '',
      layers: encoder.layers,
      goesOn: false,
      sizes: sizesOf(shared.read),
      whole: (embedding) => fittedEmbedding(shared.read, whole, embedding),
      at({ layers, size = Number.POSITIVE_INFINITY }) {
        const { encode, ready } = openedUpTo(encoder, layers, size);
        const first = eachOf(shared.read, (text) => cut(text, size));
        return (embedding) => fittedEmbedding(first, textEncoder(encode), embedding, ready);
      },
    },
  };
}

/** Texts for an encoder of tokens. */
export function splitInput<Row>(
  options: LimitedTexts<Row>,
  { ids, ending }: Splitter,
  encoder: EncoderInLayers<Int32Array>,
): EncoderInput<Row> {
  const { source, read, textOf, common } = textsOf(options);
  const shared = madeOf(source, 'tokens', (value): Tokenised | FeatureError => {
    const text = textOf(value);
    return text instanceof FeatureError ? text : { text, tokens: ids(text) };
  });
  const whole = tokenEncoder(encoder.encode);
  return {
    ...common,
    alone: (embedding) => fittedEmbedding(read, splittingEncoder(ids, whole), embedding),
    looks: {
      ...looksAtTokens(
        eachOf(shared.read, ({ tokens }) => tokens),
        ending,
        encoder,
      ),
      reads: [shared],
      whole: (embedding) => fittedEmbedding(shared.read, tokenisedEncoder(whole), embedding),
    },
  };
}

/** Tokens for an encoder of tokens. */
export function tokenInput<Row>(
  tokens: Tokens<Row>,
  limit: number | undefined,
  encoder: EncoderInLayers<Int32Array>,
): EncoderInput<Row> {
  const { ending, stated } = tokens;
  const limited = (all: Int32Array) => (limit === undefined ? all : cutTokens(all, limit, ending));
  // Made once, so that steps know a text that they have met.
  const { read } = limit === undefined ? tokens : transform(tokens, limited);
  const whole: Embed<Row> = (embedding) => fittedEmbedding(read, tokenEncoder(encoder.encode), embedding);
  return {
    reads: [tokens],
    key: transform(tokens, (all) => tokensKey(limited(all))),
    stated: { tokens: stated, limit: limit ?? null },
    alone: whole,
    looks: { ...looksAtTokens(read, ending, encoder), reads: [tokens], whole },
  };
}

function looksAtTokens<Row>(
  read: ReadItems<Row, Int32Array>,
  ending: number,
  encoder: EncoderInLayers<Int32Array>,
): Pick<Looks<Row>, 'unit' | 'layers' | 'goesOn' | 'sizes' | 'at'> {
  return {
    unit: 't',
    layers: encoder.layers,
    goesOn: encoder.goesOn ?? false,
    sizes: sizesOf(read),
    at({ layers, size = Number.POSITIVE_INFINITY }) {
      const { encode, ready } = openedUpTo(encoder, layers, size);
      const first = eachOf(read, (tokens) => cutTokens(tokens, size, ending));
      return (embedding) => fittedEmbedding(first, tokenEncoder(encode), embedding, ready);
    },
  };
}

/** Texts of rows, well-formed and limited. */
function textsOf<Row>({ text: source, maxCharacters = MOST_CHARACTERS, limit }: LimitedTexts<Row>) {
  const reader = textReader(maxCharacters);
  const textOf = (value: unknown): string | FeatureError => {
    try {
      return reader(value);
    } catch (error) {
      return new FeatureError('', undefined, errorText(error));
    }
  };
  const keyOf = (value: unknown) => (typeof value === 'string' ? textKey(reader(value)) : null);
  const key: EncoderInput<Row>['key'] =
    typeof source === 'function' ? (row) => keyOf(source(row)) : transform(source, keyOf);
  const read = (view: RowView<Row>) => view.read(source).map(textOf);
  const stated = { maxCharacters, limit: limit ?? null, ...statedSource(source) };
  return {
    source,
    read,
    textOf,
    common: { reads: readsOf(source), ...rowCheck(source, textFault), key, stated },
  };
}

/** What is made of a source's values, once for all that read it. */
function madeOf<Row, Item>(
  source: Source<Row, string>,
  name: string,
  of: (value: unknown) => Item,
): Transform<Row, Item> {
  const made: Transform<Row, Item> =
    typeof source === 'function' ? transform((row: Row) => of(source(row))) : transform(source, of);
  return { ...made, name };
}

function eachOf<Row, Item, Part>(read: ReadItems<Row, Item>, of: (item: Item) => Part): ReadItems<Row, Part> {
  return (view) => read(view).map((item) => (item instanceof FeatureError ? item : of(item)));
}

function sizesOf<Row>(read: ReadItems<Row, ArrayLike<unknown>>): Looks<Row>['sizes'] {
  return (view) => read(view).map((item) => (item instanceof FeatureError ? 0 : item.length));
}

/** Shorter texts are their own keys. */
const SHORT = 64;

/** A cache's key of a text: equal for equal texts alone, and short. */
function textKey(text: string): string {
  return text.length <= SHORT ? `=${text}` : textDigest(text);
}

/** The same of tokens. */
function tokensKey(tokens: Int32Array): string {
  return sha256([new Uint8Array(tokens.buffer, tokens.byteOffset, tokens.byteLength)]);
}
