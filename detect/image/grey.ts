import { checkWhole, show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';

/** A grey image: pixel (x, y) is `data[y * stride + x]`, from 0 to 255. */
export interface GreyImage {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  /** Bytes from one row to the next. */
  readonly stride: number;
}

/**
 * What is accepted as an image: grey bytes, or an `ImageData` of a browser, whose pixels are red, green, blue and
 * alpha.
 */
export interface ImageInput {
  /**
   * Grey: `stride * (height - 1) + width` bytes or more if there is a stride, else `width * height`. Colour:
   * `4 * width * height` bytes, and no stride.
   */
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  /** Bytes from one row to the next, of grey images. @defaultValue `width` */
  readonly stride?: number;
}

/** Sums of an image of that many pixels still have 32-bit addresses. */
const MOST_PIXELS = 2 ** 31 - 1;

/**
 * The image in grey: the very bytes if it is grey already.
 *
 * Colours become round((9798 red + 19235 green + 3735 blue) / 32768), as in OpenCV's `COLOR_RGB2GRAY`; alpha is
 * ignored.
 *
 * @throws OptionError for `width`, `height`, `stride` or `data` that don't fit each other
 * @example
 * greyImage({ data: Uint8Array.of(1, 2, 3, 4), width: 2, height: 2 }).stride; // 2
 */
export function greyImage(image: ImageInput): GreyImage {
  checkImage(image);
  const { data, width, height, stride = width } = image;
  if (image.stride !== undefined || data.length === width * height) return { data, width, height, stride };
  return { data: greyOf(data), width, height, stride };
}

/** @throws OptionError for what `greyImage` can't take: nothing is converted */
export function checkImage(image: unknown): asserts image is ImageInput {
  if (typeof image !== 'object' || image === null) {
    throw new OptionError('image', `expected { data, width, height }, got ${show(image)}`);
  }
  if (!('data' in image) && 'image' in image) {
    throw new OptionError('image', 'expected { data, width, height }, got { image, … }; pass its .image');
  }
  const { data, width, height, stride }: Partial<Record<keyof ImageInput, unknown>> = image;
  checkWhole('width', width, 1, MOST_PIXELS);
  checkWhole('height', height, 1, MOST_PIXELS);
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray)) {
    throw new OptionError('data', `expected bytes (Uint8Array), got ${show(data)}`);
  }
  if (width * height > MOST_PIXELS) {
    throw new OptionError('height', `expected less than 2 ** 31 pixels, got ${width} x ${height}`);
  }
  if (stride !== undefined) {
    checkWhole('stride', stride, width);
    const least = stride * (height - 1) + width;
    if (data.length >= least) return;
    throw new OptionError(
      'data',
      `expected ${least} bytes or more for ${height} rows of ${width} with stride ${stride}, got ${data.length}`,
    );
  }
  const pixels = width * height;
  if (data.length === pixels || data.length === 4 * pixels) return;
  throw new OptionError(
    'data',
    `expected ${pixels} bytes (grey) or ${4 * pixels} (RGBA) for ${width} x ${height} pixels, got ` +
      `${data.length}; rows with padding need a stride`,
  );
}

function greyOf(rgba: Uint8Array | Uint8ClampedArray): Uint8Array {
  const grey = new Uint8Array(rgba.length / 4);
  for (let i = 0, from = 0; i < grey.length; i++, from += 4) {
    grey[i] = (9_798 * rgba[from] + 19_235 * rgba[from + 1] + 3_735 * rgba[from + 2] + 16_384) >> 15;
  }
  return grey;
}
