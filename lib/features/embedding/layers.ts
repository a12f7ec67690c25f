import { checkFunction, checkWhole, show } from '../../check.js';
import { OptionError } from '../../errors.js';
import { openedOnce } from '../../util/openedOnce.js';
import type { EncodeItems, EncodeOfBatch } from './encoder.js';

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
  readonly encode: EncodeOfBatch<Item>;
  readonly ready?: () => Promise<unknown>;
}

/** An encoder as a feature uses it, and what it is after its first layers. */
export interface EncoderInLayers<Item> {
  readonly encode: EncodeOfBatch<Item>;
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
  const first = openedOnce(async (layer: number) => {
    const opened = await given.upTo?.(layer);
    if (typeof opened === 'function') return opened;
    throw new OptionError('encode.upTo', `expected a function for layer ${layer}, got ${show(opened)}`);
  });
  return {
    encode: (items, context) => given(items, context),
    layers: layersOf(given),
    upTo: (layer) => ({
      encode: async (items, context) => (await first.get(layer))(items, context),
      ready: () => first.get(layer),
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
