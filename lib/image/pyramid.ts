import { roundEven } from './round.js';

/** One size of an image: what a window of fixed size is moved over. */
export interface Level {
  /** How many pixels of the image one of the level stands for, along a side: a Float32. */
  readonly scale: number;
  readonly width: number;
  readonly height: number;
}

/** More levels would never end. */
const MOST_LEVELS = 10_000;

/**
 * The levels in which a window, enlarged again, is within the limits and not larger than the image. Scales are powers of a
 * factor, multiplied up in double precision and kept in single precision, as in OpenCV's `detectMultiScale`.
 *
 * @param window, image, least, most width and height in pixels
 * @returns undefined where there would be more than 10,000 levels
 */
export function pyramidLevels(
  window: readonly [number, number],
  image: readonly [number, number],
  factor: number,
  least: readonly [number, number],
  most: readonly [number, number],
): Level[] | undefined {
  const levels: Level[] = [];
  for (let scale = 1, steps = 0; ; scale *= factor, steps++) {
    if (steps > MOST_LEVELS) return undefined;
    const width = roundEven(window[0] * scale);
    const height = roundEven(window[1] * scale);
    if (width > Math.min(most[0], image[0]) || height > Math.min(most[1], image[1])) return levels;
    if (width < least[0] || height < least[1]) continue;
    const single = Math.fround(scale);
    levels.push({
      scale: single,
      width: roundEven(Math.fround(image[0] / single)),
      height: roundEven(Math.fround(image[1] / single)),
    });
  }
}
