import type { GreyImage } from '../image/index.js';
import type { CascadeModel } from '../model/index.js';
import { type detectOptions, levelsFor, visitsOf, windowCounts } from '../scan/index.js';
import { advanceOf } from './progress.js';
import { doesLess, type Version, wholeSearch } from './version.js';

/** The most sizes for one. */
const MOST_EVERY = 8;

/** The dearest version does at most this share of the whole's work, and each other of the next one's. */
const OF_WHOLE = 1 / 4;
const OF_NEXT = 1 / 2;

/** Versions that do nearly as much: then more stages tell more. */
const NEARLY = 3 / 4;

/** A pixel of a level, resized and integrated, and a window's standard deviation: as work of weak learners. */
const PIXEL = 1 / 3;
const WINDOW = 1;

/**
 * Versions that may be worth a stage, cheapest first. Work is counted, not timed, so that they follow from the images
 * alone.
 *
 * @param images to count on
 * @param most how many at most
 */
export function proposed(
  model: CascadeModel,
  options: ReturnType<typeof detectOptions>,
  images: readonly GreyImage[],
  most: number,
): readonly Version[] {
  const whole = wholeSearch(model);
  const candidates: { readonly version: Version; readonly work: number }[] = [];
  for (let every = 1; every <= MOST_EVERY; every *= 2) {
    const work = workOf(model, options, images, every);
    for (const [i, done] of work.entries())
      candidates.push({ version: { stages: i + 1, every }, work: done });
  }
  const chosen: Version[] = [];
  let next = { version: whole, work: candidates[whole.stages - 1].work };
  while (chosen.length < most) {
    const limit = (chosen.length === 0 ? OF_WHOLE : OF_NEXT) * next.work;
    const cheap = candidates.filter(
      ({ version, work }) => work > 0 && work <= limit && doesLess(version, next.version),
    );
    if (cheap.length === 0) break;
    const dearest = Math.max(...cheap.map(({ work }) => work));
    next = cheap
      .filter(({ work }) => work >= NEARLY * dearest)
      .reduce((a, b) => (b.version.stages > a.version.stages ? b : a));
    chosen.unshift(next.version);
  }
  return chosen;
}

/** The work of the first stage, of the first two, and so on, over all images. */
function workOf(
  model: CascadeModel,
  options: ReturnType<typeof detectOptions>,
  images: readonly GreyImage[],
  every: number,
): Float64Array {
  const { firstTree } = model;
  const whole = wholeSearch(model);
  const advance = advanceOf(model, options, { from: undefined, to: { ...whole, every } }, true);
  const work = new Float64Array(whole.stages);
  for (const image of images) {
    const levels = levelsFor(model, image, options);
    let least = 0;
    for (const [number, level] of levels.entries()) {
      if ((number + 1) % every !== 0) continue;
      const visits = visitsOf(model, level, levels[0], options.isOpencv);
      const { columns, rows } = windowCounts(model, level, visits);
      least += PIXEL * level.width * level.height + WINDOW * columns * rows;
    }
    const { ended, passed } = advance(image);
    let reached = ended.reduce((sum, windows) => sum + windows, 0);
    for (const { length } of passed) reached += length;
    let trees = 0;
    for (let stage = 0; stage < work.length; stage++) {
      trees += (firstTree[stage + 1] - firstTree[stage]) * reached;
      work[stage] += least + trees;
      reached -= ended[stage];
    }
  }
  return work;
}
