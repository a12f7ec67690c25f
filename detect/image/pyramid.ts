import { roundEven } from './round.js';

/** One size of an image: what a window of fixed size is moved over. */
export interface Level {
  /** How many pixels of the image one of the level stands for, along a side: a Float32. */
  readonly scale: number;
  readonly width: number;
  readonly height: number;
  /** Width and height of the window in pixels of the image. */
  readonly window: readonly [number, number];
}

/** More levels would never end. */
const MOST_LEVELS = 10_000;

/**
 * The levels of an image that are not smaller than a window. Scales are powers of a factor, multiplied up in double
 * precision and kept in single precision, as in OpenCV's `detectMultiScale`.
 *
 * @param window, image width and height in pixels
 * @returns undefined where there would be more than 10,000 levels
 */
export function pyramidLevels(
  window: readonly [number, number],
  image: readonly [number, number],
  factor: number,
): Level[] | undefined {
  const levels: Level[] = [];
  const { fround } = Math;
  for (let exact = 1; levels.length <= MOST_LEVELS; exact *= factor) {
    if (window.some((side, i) => roundEven(side * exact) > image[i])) return levels;
    const scale = fround(exact);
    const [width, height] = image.map((side) => roundEven(fround(side / scale)));
    const [windowWidth, windowHeight] = window.map((side) => roundEven(fround(side * scale)));
    levels.push({ scale, width, height, window: [windowWidth, windowHeight] });
  }
  return undefined;
}
