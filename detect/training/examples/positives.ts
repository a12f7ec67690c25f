import { show } from '../../../lib/check.js';
import { OptionError } from '../../../lib/errors.js';
import { type GreyImage, type ImageInput, imageDigest, resizeGrey } from '../../image/index.js';
import { greyOf } from './images.js';

/** An image with the objects that it shows, as boxes in its pixels. They are cut and resized to the window. */
export interface BoxedImage {
  readonly image: ImageInput;
  readonly boxes: readonly {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }[];
}

/** An object: a crop of the window's size, or all those of an image. */
export type Positive = ImageInput | BoxedImage;

/** Width and height of windows in pixels. */
export type WindowSize = readonly [width: number, height: number];

/** The window that is given, or else the size of the first crop. */
export function windowSize(option: string, positives: readonly Positive[], given?: WindowSize): WindowSize {
  if (given !== undefined) return given;
  const crop = positives.find((positive) => !isBoxed(positive));
  if (crop === undefined || isBoxed(crop)) {
    throw new OptionError(
      'window',
      `expected [width, height], since '${option}' are images with boxes of any size`,
    );
  }
  const { width, height } = greyOf(option, crop, positives.indexOf(crop));
  return [width, height];
}

/** Where an object lies in its image; a crop is all of its image. */
export interface ObjectPlace {
  readonly image: GreyImage;
  readonly box: BoxedImage['boxes'][number];
}

/** The pixels of an object, resized to the window. */
export function windowOf({ image, box }: ObjectPlace, [width, height]: WindowSize): Uint8Array {
  const { data, stride } = image;
  const part = { data: data.subarray(box.y * stride + box.x), width: box.width, height: box.height, stride };
  // A copy without padding, so that the caller's memory may be used again.
  return Uint8Array.from(resizeGrey(part, width, height).data);
}

/**
 * The objects of each item. Those of one item stay together.
 *
 * @throws OptionError naming the option and the item for another size, or a box outside its image
 */
export function objectPlaces(
  option: string,
  positives: readonly Positive[],
  window: WindowSize,
): ObjectPlace[][] {
  return positives.map((positive, index) => {
    if (typeof positive !== 'object' || positive === null) {
      throw new OptionError(
        option,
        `item ${index}: expected a crop or { image, boxes }, got ${show(positive)}`,
      );
    }
    if (isBoxed(positive)) return boxesOf(option, positive, index);
    const crop = greyOf(option, positive, index);
    if (crop.width !== window[0] || crop.height !== window[1]) {
      throw new OptionError(
        option,
        `image ${index}: expected crops of ${window.join(' x ')} pixels, got ${crop.width} x ` +
          `${crop.height}; resize them, or pass { image, boxes }`,
      );
    }
    return [{ image: crop, box: { x: 0, y: 0, width: crop.width, height: crop.height } }];
  });
}

/** Digests of the images that show the objects, whole. */
export function digestsOf(option: string, positives: readonly Positive[]): number[] {
  return positives.map((positive, i) =>
    imageDigest(greyOf(option, isBoxed(positive) ? positive.image : positive, i)),
  );
}

function isBoxed(positive: Positive): positive is BoxedImage {
  return typeof positive === 'object' && positive !== null && 'boxes' in positive;
}

function boxesOf(option: string, { image, boxes }: BoxedImage, index: number): ObjectPlace[] {
  const grey = greyOf(option, image, index);
  if (!Array.isArray(boxes)) {
    throw new OptionError(option, `image ${index}: expected an array of boxes, got ${show(boxes)}`);
  }
  for (const [b, box] of boxes.entries()) checkBox(option, grey, index, box, b);
  return boxes.map((box) => ({ image: grey, box }));
}

function checkBox(
  option: string,
  { width, height }: GreyImage,
  index: number,
  { x, y, width: w, height: h }: BoxedImage['boxes'][number],
  b: number,
): void {
  const isWhole = [x, y, w, h].every((side) => Number.isSafeInteger(side) && side >= 0);
  if (!isWhole || w === 0 || h === 0 || x + w > width || y + h > height) {
    throw new OptionError(
      option,
      `image ${index}, box ${b}: expected whole pixels inside ${width} x ${height}, got x ${x}, y ${y}, ` +
        `width ${w}, height ${h}`,
    );
  }
}
