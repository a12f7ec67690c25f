import { show } from '../../../lib/check.js';
import { eachOf, iteratorOf } from '../../../lib/data/rows/index.js';
import { OptionError } from '../../../lib/errors.js';
import { random } from '../../../lib/stats/index.js';
import { untilAborted } from '../../../lib/util/abort.js';
import { type GreyImage, greyImage, type ImageInput } from '../../image/index.js';

/** Images, one after the other. They are read once or more for every stage. */
export type Images = Iterable<ImageInput> | AsyncIterable<ImageInput>;

/**
 * Where images come from: an array, which is read in an order of its own at every stage; another iterable that can be
 * read more than once; or a function that gives images for a seed, which may be without end. The same seed must give
 * the same images.
 */
export type ImageSource = Images | ((seed: string) => Images);

/** An image with its place in the source. */
export interface PlacedImage {
  readonly image: GreyImage;
  readonly index: number;
}

/** Which images of a source are read. */
export type Chosen = (index: number) => boolean;

/** @throws OptionError naming the option for what can't be read, or not twice */
export function checkImages(option: string, source: unknown): asserts source is ImageSource {
  if (typeof source === 'function') return;
  if (isIterable(source)) {
    if (Object.is(iteratorOf(option, source), source)) {
      throw new OptionError(
        option,
        'this generator can be read only once, and images are read at every stage: pass the function that makes it',
      );
    }
    // They are read in an order by chance: the first that is wrong is named.
    if (Array.isArray(source)) for (const [index, image] of source.entries()) greyOf(option, image, index);
    return;
  }
  throw new OptionError(
    option,
    `expected images: an array, an iterable or a function that gives one, got ${show(source)}`,
  );
}

/** Whether a value can be read one item after the other. */
export function isIterable(source: unknown): source is Iterable<unknown> | AsyncIterable<unknown> {
  if (typeof source !== 'object' || source === null) return false;
  return Symbol.iterator in source || Symbol.asyncIterator in source;
}

/**
 * The items of an option's source, until a signal is aborted: then reading rejects with its reason, even while it
 * waits.
 */
export function readEach<Item>(
  option: string,
  items: Iterable<Item> | AsyncIterable<Item>,
  signal: AbortSignal | undefined,
): AsyncIterable<Item> {
  const each = eachOf(option, items);
  return signal ? untilAborted(each, signal) : each;
}

/**
 * Reads the images of a source in the order that a seed gives.
 *
 * @param chosen images that it leaves out are skipped
 * @throws OptionError naming the option and the image that can't be used
 */
export async function* readImages(
  option: string,
  source: ImageSource,
  seed: string,
  chosen: Chosen,
  signal: AbortSignal | undefined,
): AsyncGenerator<PlacedImage, void, void> {
  if (Array.isArray(source)) {
    const order = Int32Array.from(source, (_, i) => i).filter(chosen);
    random(seed).fork('order').shuffle(order);
    for (const index of order) yield { image: greyOf(option, source[index], index), index };
    return;
  }
  const images = typeof source === 'function' ? source(seed) : source;
  if (!isIterable(images)) {
    throw new OptionError(option, `expected the function to give images, got ${show(images)}`);
  }
  let index = 0;
  for await (const image of readEach(option, images, signal)) {
    if (chosen(index)) yield { image: greyOf(option, image, index), index };
    index++;
  }
}

/** An image, or an error that says which one it is. */
export function greyOf(option: string, image: ImageInput, index: number): GreyImage {
  try {
    return greyImage(image);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw new OptionError(option, `image ${index}: ${error.message}`);
  }
}

/**
 * Images held out for validation: an exact share of an array, by chance for each image otherwise.
 *
 * @returns whether the image at a place is held out
 */
export function heldOut(source: unknown, share: number, seed: number | string): Chosen {
  const stream = random(seed).fork('validation');
  if (!Array.isArray(source)) return (index) => stream.fork(String(index)).uniform() < share;
  const order = Int32Array.from(source, (_, i) => i);
  stream.shuffle(order);
  const held = new Set(order.subarray(0, Math.round(share * order.length)));
  return (index) => held.has(index);
}
