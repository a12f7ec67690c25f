import { OptionError } from '../../lib/errors.js';
import { type Level, pyramidLevels, roundEven } from '../image/index.js';
import type { DetectOptions } from './options.js';
import type { Visits } from './scanner.js';

/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A rectangle in pixels. */
export interface Rectangle extends Size {
  readonly x: number;
  readonly y: number;
}

/** Which sizes of windows are looked for. */
export interface SizeOptions extends Required<Pick<DetectOptions, 'scaleFactor' | 'minSize' | 'maxSize'>> {
  readonly isOpencv?: boolean;
}

/** OpenCV divides the first level among threads by stripes of so many columns. */
const STRIPE = 32;

/**
 * The levels of an image whose windows are within the limits, from the smallest windows to the largest. Where there
 * are none, OpenCV takes the one that is nearest to the least size.
 *
 * @throws OptionError for too many
 */
export function levelsFor(
  model: Size,
  image: Size,
  { scaleFactor, minSize, maxSize, isOpencv }: SizeOptions,
): readonly Level[] {
  const size = [image.width, image.height] as const;
  const levels = pyramidLevels([model.width, model.height], size, scaleFactor);
  if (levels === undefined) {
    throw new OptionError('scaleFactor', `expected more, got ${scaleFactor}: 10,000 levels or more`);
  }
  const most = maxSize.includes(0) ? size : maxSize;
  const chosen = levels.filter(({ window }) =>
    window.every((side, i) => side >= minSize[i] && side <= most[i]),
  );
  if (!isOpencv || chosen.length > 0) return chosen;
  const distance = ({ window }: Level) => {
    const [x, y] = window.map((side, i) => side - minSize[i]);
    return x * x + y * y;
  };
  const nearest = Math.min(...levels.map(distance));
  return levels.filter((level) => distance(level) === nearest).slice(0, 1);
}

/** The windows of a level that `detect` visits. */
export function visitsOf(model: Size, level: Level, first: Level, isOpencv: boolean): Visits {
  const step = level.scale >= 2 ? 1 : 2;
  const rows = Math.max(0, level.height + 1 - model.height);
  if (!isOpencv) return { step, rows, skips: false };
  // Stripes are of whole steps, rounded down where the rows don't divide.
  const stripes = Math.ceil(Math.max(0, first.width + 1 - model.width) / STRIPE);
  if (stripes === 0) return { step, rows: 0, skips: true };
  const each = Math.max(1, Math.ceil(Math.floor(rows / step) / stripes)) * step;
  return { step, rows: Math.min(rows, stripes * each), skips: true };
}

/** How many windows of a level are visited, as columns and rows of them. */
export function windowCounts(model: Size, level: Level, { step, rowStep = step, rows }: Visits) {
  const across = Math.max(0, level.width + 1 - model.width);
  const down = Math.max(0, Math.min(rows, level.height + 1 - model.height));
  if (across === 0 || down === 0) return { columns: 0, rows: 0 };
  return { columns: Math.ceil(across / step), rows: Math.ceil(down / rowStep) };
}

/** A window of a level in pixels of the image. Rounding may put an edge a little outside. */
export function windowBox({ scale, window: [width, height] }: Level, x: number, y: number): Rectangle {
  return { x: roundEven(Math.fround(x * scale)), y: roundEven(Math.fround(y * scale)), width, height };
}
