import { OptionError } from '../../../lib/errors.js';
import { type GreyImage, type Level, pyramidLevels, roundEven } from '../../../lib/image/index.js';
import type { CascadeModel } from '../model/index.js';
import { type Box, clipBoxes, groupBoxes } from './groups.js';
import type { detectOptions } from './options.js';
import type { Scanner, Visits } from './scanner.js';

/** What was found in an image. */
export interface Detections {
  /** Groups of candidates, or the candidates themselves where `minNeighbors` is 0. */
  readonly boxes: Box[];
  /** The windows that passed all stages, clipped to the image, in the order of visits: level by level, row by row. */
  readonly candidates: Box[];
}

/** OpenCV divides the first level among threads by stripes of so many columns. */
const STRIPE = 32;

/** @param scannerFor a scanner that has taken the image */
export function detections(
  model: CascadeModel,
  image: GreyImage,
  options: ReturnType<typeof detectOptions>,
  scannerFor: (image: GreyImage) => Scanner,
): Detections {
  const { isOpencv, scaleFactor, minNeighbors, minSize, maxSize, signal } = options;
  const size = [image.width, image.height] as const;
  const all = pyramidLevels([model.width, model.height], size, scaleFactor);
  if (all === undefined) {
    throw new OptionError(
      'scaleFactor',
      `${scaleFactor} is too close to 1: it would take 10,000 levels or more`,
    );
  }
  const levels = within(all, minSize, maxSize.includes(0) ? size : maxSize, isOpencv);
  const found: Box[] = [];
  if (levels.length > 0) {
    const scanner = scannerFor(image);
    const stages = model.stageThresholds.length;
    for (const level of levels) {
      signal?.throwIfAborted();
      const { scale } = level;
      const [width, height] = level.window;
      const visits = visitsOf(model, level, levels[0], isOpencv);
      scanner.scan(level, visits, (y, count, passed, results) => {
        if (passed === 0) return;
        for (let i = 0; i < count; i++) {
          if (results.stages[i] !== stages) continue;
          const x = roundEven(Math.fround(i * visits.step * scale));
          const box = { x, y: roundEven(Math.fround(y * scale)), width, height };
          found.push({ ...box, neighbours: 1, score: results.sums[i] });
        }
      });
    }
  }
  return {
    boxes: clipBoxes(groupBoxes(found, minNeighbors), ...size),
    candidates: clipBoxes(found, ...size),
  };
}

type Size = readonly [number, number];

/** The levels whose windows are within the limits. Where there are none, OpenCV takes the one that is nearest to the least size. */
function within(levels: readonly Level[], least: Size, most: Size, isOpencv: boolean): readonly Level[] {
  const chosen = levels.filter(({ window }) =>
    window.every((side, i) => side >= least[i] && side <= most[i]),
  );
  if (!isOpencv || chosen.length > 0) return chosen;
  const distance = ({ window }: Level) => (window[0] - least[0]) ** 2 + (window[1] - least[1]) ** 2;
  const nearest = Math.min(...levels.map(distance));
  return levels.filter((level) => distance(level) === nearest).slice(0, 1);
}

function visitsOf(model: CascadeModel, level: Level, first: Level, isOpencv: boolean): Visits {
  const step = level.scale >= 2 ? 1 : 2;
  const rows = Math.max(0, level.height + 1 - model.height);
  if (!isOpencv) return { step, rows, skips: false };
  // Stripes are of whole steps, rounded down where the rows don't divide.
  const stripes = Math.ceil(Math.max(0, first.width + 1 - model.width) / STRIPE);
  if (stripes === 0) return { step, rows: 0, skips: true };
  const each = Math.max(1, Math.ceil(Math.floor(rows / step) / stripes)) * step;
  return { step, rows: Math.min(rows, stripes * each), skips: true };
}
