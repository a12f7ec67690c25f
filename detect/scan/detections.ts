import type { GreyImage, Level } from '../image/index.js';
import type { CascadeModel } from '../model/index.js';
import { type Box, clipBoxes, drained, groupingSteps } from './groups.js';
import type { detectOptions } from './options.js';
import type { Scanner, Visits } from './scanner.js';
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
  const levels = levelsFor(model, image, options);
  const found: Box[] = [];
  if (levels.length > 0) {
    const scanner = scannerFor(image);
    for (const level of levels) {
      options.signal?.throwIfAborted();
      addPassing(scanner, model, level, visitsOf(model, level, levels[0], options.isOpencv), found);
    }
  }
  return drained(grouping(found, image, options.minNeighbors), options.signal);
}

/** Adds the windows that pass all stages, in the order of visits. */
export function addPassing(
  scanner: Scanner,
  model: CascadeModel,
  level: Level,
  visits: Visits,
  found: Box[],
): void {
  const stages = model.stageThresholds.length;
  scanner.scan(level, visits, (y, count, passed, results) => {
    if (passed === 0) return;
    for (let i = 0; i < count; i++) {
      if (results.stages[i] !== stages) continue;
      found.push({ ...windowBox(level, i * visits.step, y), neighbours: 1, score: results.sums[i] });
    }
  });
}

/** @param found windows in the order of visits */
export function* grouping(
  found: readonly Box[],
  { width, height }: GreyImage,
  minNeighbors: number,
): Generator<undefined, Detections, void> {
  return {
    boxes: clipBoxes(yield* groupingSteps(found, minNeighbors), width, height),
    candidates: clipBoxes(found, width, height),
  };
}
