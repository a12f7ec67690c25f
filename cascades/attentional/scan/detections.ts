import type { GreyImage } from '../../../lib/image/index.js';
import type { CascadeModel } from '../model/index.js';
import { type Box, clipBoxes, groupBoxes } from './groups.js';
import type { detectOptions } from './options.js';
import type { Scanner } from './scanner.js';
import { levelsFor, visitsOf, windowBox } from './visits.js';

/** What was found in an image. */
export interface Detections {
  /** Groups of candidates, or the candidates themselves where `minNeighbors` is 0. */
  readonly boxes: Box[];
  /** The windows that passed all stages, clipped to the image, in the order of visits: level by level, row by row. */
  readonly candidates: Box[];
}

/** @param scannerFor a scanner that has taken the image */
export function detections(
  model: CascadeModel,
  image: GreyImage,
  options: ReturnType<typeof detectOptions>,
  scannerFor: (image: GreyImage) => Scanner,
): Detections {
  const { isOpencv, minNeighbors, signal } = options;
  const levels = levelsFor(model, image, options);
  const found: Box[] = [];
  if (levels.length > 0) {
    const scanner = scannerFor(image);
    const stages = model.stageThresholds.length;
    for (const level of levels) {
      signal?.throwIfAborted();
      const visits = visitsOf(model, level, levels[0], isOpencv);
      scanner.scan(level, visits, (y, count, passed, results) => {
        if (passed === 0) return;
        for (let i = 0; i < count; i++) {
          if (results.stages[i] !== stages) continue;
          found.push({ ...windowBox(level, i * visits.step, y), neighbours: 1, score: results.sums[i] });
        }
      });
    }
  }
  const { width, height } = image;
  return {
    boxes: clipBoxes(groupBoxes(found, minNeighbors), width, height),
    candidates: clipBoxes(found, width, height),
  };
}
