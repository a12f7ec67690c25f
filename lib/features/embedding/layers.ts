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

/** A function of items, and what opens it before it is first needed. */
export interface OpenedEncoder<Item> {
  readonly encode: EncodeItems<Item>;
  readonly ready?: () => Promise<unknown>;
}

/** An encoder as a feature uses it, and what it is after its first layers. */
export interface EncoderInLayers<Item> {
  readonly encode: EncodeItems<Item>;
  /** 1 where it doesn't answer in steps. */
  readonly layers: number;
  /** Whether it goes on with items that its first layers have read whole. */
  readonly goesOn?: boolean;
  /**
   * @param layer 1 … `layers` - 1
   * @param size to which items are cut
   */
  upTo(layer: number, size: number): OpenedEncoder<Item>;
}

/**
 * An encoder that is a function.
 *
 * @throws OptionError for `layers` or `upTo` that are none
 */
export function inLayers<Encoder extends EncodeItems<Item> & Partial<Layered<Encoder>>, Item>(
  given: Encoder,
): EncoderInLayers<Item> {
  const first = perLayer(async (layer) => {
    const opened = await given.upTo?.(layer);
    checkFunction('encode.upTo', opened);
    return opened;
  });
  return {
    encode: given,
    layers: layersOf(given),
    upTo: (layer) => ({
      encode: async (items, context) => (await first(layer))?.(items, context) ?? [],
      ready: () => first(layer),
    }),
  };
}

/** @throws OptionError for `layers` or `upTo` that are none */
export function layersOf<Encoder>({ layers, upTo }: Partial<Layered<Encoder>>): number {
  if (layers === undefined && upTo === undefined) return 1;
  checkWhole('encode.layers', layers, 1);
  checkFunction('encode.upTo', upTo);
  return layers ?? 1;
}

/** @param layers its first ones, or undefined for all */
export function openedUpTo<Item>(
  encoder: EncoderInLayers<Item>,
  layers: number | undefined,
  size: number,
): OpenedEncoder<Item> {
  return layers === undefined ? { encode: encoder.encode } : encoder.upTo(layers, size);
}

/** What is opened for each layer once, when it is first needed; what failed is tried again. */
export function perLayer<T>(open: (layer: number) => Promise<T>): (layer: number) => Promise<T> {
  const opened = new Map<number, Promise<T>>();
  return (layer) => {
    const known = opened.get(layer);
    if (known !== undefined) return known;
    const own = open(layer);
    opened.set(layer, own);
    own.catch(() => opened.delete(layer));
    return own;
  };
}
