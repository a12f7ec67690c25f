import { show } from '../../check.js';

/** An image as plain data, such as a browser's `ImageData`. */
export interface PixelImage {
  /** Row after row from the top left: `width * height` grey bytes, or four for each pixel: red, green, blue, alpha. */
  readonly data: Uint8Array | Uint8ClampedArray;
  /** Pixels, 1 or more. */
  readonly width: number;
  readonly height: number;
}

/** What is wrong with an image; undefined: nothing. */
export function imageFault(image: unknown): string | undefined {
  if (!isImage(image)) return `expected an image { data, width, height }, got ${show(image)}`;
  const { data, width, height } = image;
  for (const [side, pixels] of [['width', width] as const, ['height', height] as const]) {
    if (typeof pixels !== 'number' || !Number.isSafeInteger(pixels) || pixels < 1)
      return `${side} of the image is ${show(pixels)}; expected a whole number of at least 1`;
  }
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray))
    return `expected bytes as the image's data (Uint8Array), got ${show(data)}`;
  const pixels = Number(width) * Number(height);
  if (data.length === pixels || data.length === 4 * pixels) return undefined;
  return `expected ${pixels} bytes (grey) or ${4 * pixels} (RGBA) for ${width} x ${height} pixels, got ${data.length}`;
}

function isImage(image: unknown): image is Readonly<Record<keyof PixelImage, unknown>> {
  return (
    typeof image === 'object' && image !== null && 'data' in image && 'width' in image && 'height' in image
  );
}
