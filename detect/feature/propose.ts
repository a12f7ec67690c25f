import type { GreyImage } from '../image/index.js';
import type { CascadeModel } from '../model/index.js';
import { type detectOptions, levelsFor, visitsOf, windowCounts } from '../scan/index.js';
import { scannerOf } from './progress.js';
import { doesLess, type Version, wholeSearch } from './version.js';

/** Versions search one of so many sizes. */
const EVERY = [1, 2, 4, 8];

/** Work is counted on images that have so many pixels together, about: four of 1280 x 720. */
const PIXELS = 2 ** 22;

/** The dearest version does at most this share of the whole's work, and each other of the next one's. */
const OF_WHOLE = 1 / 4;
const OF_NEXT = 1 / 2;

/** Versions that do nearly as much: then more stages tell more. */
const NEARLY = 3 / 4;

/** A pixel of a level, resized and integrated, and a window's standard deviation: as work of weak learners. */
const PIXEL = 1 / 3;
const WINDOW = 1;

/** A version, and what it does on some images. */
export interface CountedWork {
  readonly version: Version;
  readonly work: number;
}

/**
 * Versions that may be worth a stage, cheapest first. Work is counted, not timed, so that they follow from the images
 * alone.
 *
 * @param counted all versions that there may be, by `countedWork`
 * @param most how many at most
 */
export function proposed(
  model: CascadeModel,
  counted: readonly CountedWork[],
  most: number,
): readonly Version[] {
  const whole = wholeSearch(model);
  const chosen: Version[] = [];
  let next = { version: whole, work: counted[whole.stages - 1].work };
  while (chosen.length < most) {
    const limit = (chosen.length === 0 ? OF_WHOLE : OF_NEXT) * next.work;
    const cheap = counted.filter(
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

/**
 * The work of each version on images, each of which is scanned once: of the first stage, of the first two, and so on,
 * then the same on fewer sizes.
 *
 * @param images some of them are scanned, evenly, where they are large
 */
export function countedWork(
  model: CascadeModel,
  options: ReturnType<typeof detectOptions>,
  images: readonly GreyImage[],
  isFast: boolean,
): readonly CountedWork[] {
  const { firstTree } = model;
  const all = wholeSearch(model).stages;
  const counts = EVERY.map((every) => ({ every, work: new Float64Array(all) }));
  const scannerFor = scannerOf(model, isFast);
  /** Windows of a level by the stages that they passed. */
  const windows = new Float64Array(all + 1);
  const pixels = images.reduce((sum, { width, height }) => sum + width * height, 0);
  const each = Math.max(1, Math.ceil(pixels / PIXELS));
  for (const image of images.filter((_, i) => i % each === 0)) {
    const levels = levelsFor(model, image, options);
    const scanner = scannerFor(image);
    for (const [number, level] of levels.entries()) {
      const visits = visitsOf(model, level, levels[0], options.isOpencv);
      windows.fill(0);
      scanner().scan(level, visits, (_y, length, _found, { stages }) => {
        for (let i = 0; i < length; i++) if (stages[i] >= 0) windows[stages[i]]++;
      });
      const { columns, rows } = windowCounts(model, level, visits);
      let done = PIXEL * level.width * level.height + WINDOW * columns * rows;
      let reached = windows.reduce((sum, some) => sum + some, 0);
      for (let stage = 0; stage < all; stage++) {
        done += (firstTree[stage + 1] - firstTree[stage]) * reached;
        reached -= windows[stage];
        for (const { every, work } of counts) if ((number + 1) % every === 0) work[stage] += done;
      }
    }
  }
  return counts.flatMap(({ every, work }) =>
    Array.from(work, (done, i) => ({ version: { stages: i + 1, every }, work: done })),
  );
}
