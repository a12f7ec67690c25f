import { checkFunction, checkWhole } from '../../check.js';
import type { EncodeItems } from './encoder.js';

/** What an encoder may have beside itself: it answers after its first layers, too. */
export interface Layered<Encoder> {
  /** The number of its layers. */
  readonly layers: number;
  /**
   * The encoder that ends with a layer: vectors of as many numbers, for less time.
   *
   * @param layer 1 … `layers` - 1
   */
  upTo(layer: number): Encoder | PromiseLike<Encoder>;
}

/** An encoder as a feature uses it, and what it is after its first layers. */
export interface EncoderInLayers<Item> {
  readonly encode: EncodeItems<Item>;
  /** 1 where it doesn't answer in steps. */
  readonly layers: number;
  /** @param layer 1 … `layers` - 1 */
  upTo(layer: number): PromiseLike<EncodeItems<Item>>;
}

/**
 * @param encodeOf the function of items that an encoder is
 * @throws OptionError for `layers` or `upTo` that are none
 */
export function inLayers<Encoder extends Partial<Layered<Encoder>>, Item>(
  given: Encoder,
  encodeOf: (encoder: Encoder) => EncodeItems<Item>,
): EncoderInLayers<Item> {
  const { layers } = given;
  if (layers !== undefined || given.upTo !== undefined) {
    checkWhole('encode.layers', layers, 1);
    checkFunction('encode.upTo', given.upTo);
  }
  return {
    encode: encodeOf(given),
    layers: layers ?? 1,
    upTo: async (layer) => encodeOf((await given.upTo?.(layer)) ?? given),
  };
}

/** A function of items, and what opens it before it is first needed. */
export interface OpenedEncoder<Item> {
  readonly encode: EncodeItems<Item>;
  readonly ready?: () => Promise<unknown>;
}

/** @param layers its first ones, or undefined for all */
export function openedUpTo<Item>(
  { encode, upTo }: EncoderInLayers<Item>,
  layers: number | undefined,
): OpenedEncoder<Item> {
  if (layers === undefined) return { encode };
  let opening: PromiseLike<EncodeItems<Item>> | undefined;
  const ready = async () => {
    opening ??= upTo(layers);
    return opening;
  };
  return { encode: async (items, context) => (await ready())(items, context), ready };
}
