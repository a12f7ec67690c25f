import { checkKeys, checkOneOf, checkSignal, checkWhole, show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';

/** Options of `Detector.detect`. Defaults are those of OpenCV's `detectMultiScale`. */
export interface DetectOptions {
  /**
   * `'opencv'`: the boxes that OpenCV 4 finds on one thread. Without it, windows that OpenCV leaves out are visited
   * too: those after a window that fails the first stage, and in some sizes the last rows; and where no size is
   * within `minSize` and `maxSize`, there is no box, while OpenCV takes the size that is nearest to `minSize`. Either
   * way windows begin at every second pixel of a level below scale 2, and at every pixel from there on.
   */
  readonly compat?: 'opencv';
  /** From one size of the window to the next, above 1. @defaultValue 1.1 */
  readonly scaleFactor?: number;
  /** A box is the mean of more than so many windows; 0 for the windows themselves. @defaultValue 3 */
  readonly minNeighbors?: number;
  /** The least size of a window, as `[width, height]` in pixels of the image. @defaultValue [0, 0] */
  readonly minSize?: readonly [number, number];
  /** The largest one; `[0, 0]` for the image's. @defaultValue [0, 0] */
  readonly maxSize?: readonly [number, number];
  /** It is read before each level. */
  readonly signal?: AbortSignal;
}

const KEYS = ['compat', 'scaleFactor', 'minNeighbors', 'minSize', 'maxSize', 'signal'] as const;

const LARGEST = 2 ** 31 - 1;

/** The options with their defaults. @throws OptionError */
export function detectOptions(options: DetectOptions) {
  checkKeys(options, KEYS);
  const { compat, scaleFactor = 1.1, minNeighbors = 3, minSize = [0, 0], maxSize = [0, 0], signal } = options;
  if (compat !== undefined) checkOneOf('compat', compat, ['opencv']);
  if (!(Number.isFinite(scaleFactor) && scaleFactor > 1)) {
    throw new OptionError('scaleFactor', `expected a finite number above 1, got ${show(scaleFactor)}`);
  }
  checkWhole('minNeighbors', minNeighbors, 0, LARGEST);
  checkSize('minSize', minSize);
  checkSize('maxSize', maxSize);
  checkSignal(signal);
  return { isOpencv: compat === 'opencv', scaleFactor, minNeighbors, minSize, maxSize, signal };
}

function checkSize(name: string, size: unknown): asserts size is readonly [number, number] {
  if (!Array.isArray(size) || size.length !== 2) {
    throw new OptionError(name, `expected [width, height], got ${show(size)}`);
  }
  for (const side of size) checkWhole(name, side, 0, LARGEST);
}
