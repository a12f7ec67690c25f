import { type Random, random } from '../../../lib/stats/index.js';
import { type GreyImage, type Level, pyramidLevels, resizeGrey } from '../../image/index.js';
import type { CascadeModel } from '../../model/index.js';
import { Scanner, visitsOf } from '../../scan/index.js';
import type { Pacer } from '../pacer.js';
import type { PlacedImage } from './images.js';

/** What to collect. */
export interface Search {
  /** All windows that it passes are false positives. */
  readonly model: CascadeModel;
  readonly needed: number;
  /** At most so many of an image, if there are enough images. */
  readonly perImage: number;
  readonly scaleFactor: number;
  /** No more windows are visited than that. */
  readonly maxWindows: number;
  /** Where no larger share of windows passes, there are too few to go on looking for. */
  readonly rate: number;
  readonly seed: string;
}

/** Windows of images without objects that a cascade passes. */
export interface FalsePositives {
  readonly windows: Uint8Array[];
  /** Windows that were visited, and that passed, in the last reading of the images. */
  readonly visited: number;
  readonly passed: number;
  /** Images that were read for them. */
  readonly images: number;
  /** How many of an image at most. */
  readonly perImage: number;
  /** `rare`: less than the rate passes; `limit`: `maxWindows` were visited; `exhausted`: there are no more images. */
  readonly outcome: 'enough' | 'rare' | 'limit' | 'exhausted';
}

/**
 * Collects false positives of a cascade, at random among those of an image. It reads the images until it has enough.
 * If they, or `maxWindows`, end before that, it counts how many more it must take of each image, and reads them once
 * more.
 *
 * @param open reads the images from the start; always the same ones
 * @see Sung and Poggio, Example-based learning for view-based human face detection, 1998: bootstrapping
 */
export async function collectFalsePositives(
  search: Search,
  open: () => AsyncIterable<PlacedImage>,
  pacer: Pacer,
): Promise<FalsePositives> {
  const first = await readOnce(search, search.perImage, open, pacer);
  if (first.outcome === 'enough' || first.outcome === 'rare') return first;
  const perImage = leastCap(first.perImages, search.needed);
  if (perImage <= search.perImage) return first;
  const second = await readOnce(search, perImage, open, pacer);
  return second.windows.length >= search.needed ? { ...second, outcome: 'enough' } : second;
}

/** The lowest number of each image that makes enough of all; of the richest image all, where there aren't enough. */
function leastCap(counts: readonly number[], needed: number): number {
  const ascending = Float64Array.from(counts).sort();
  let before = 0;
  for (const [i, count] of ascending.entries()) {
    const rest = ascending.length - i;
    if (before + count * rest >= needed) return Math.ceil((needed - before) / rest);
    before += count;
  }
  return ascending.at(-1) ?? 0;
}

async function readOnce(
  search: Search,
  perImage: number,
  open: () => AsyncIterable<PlacedImage>,
  pacer: Pacer,
): Promise<FalsePositives & { readonly perImages: readonly number[] }> {
  const { model, needed, maxWindows, rate } = search;
  const windows: Uint8Array[] = [];
  const perImages: number[] = [];
  let visited = 0;
  let passed = 0;
  let scanner: Scanner | undefined;
  let outcome: FalsePositives['outcome'] = 'exhausted';
  for await (const { image, index } of open()) {
    await pacer.pause();
    const levels = levelsOf(model, image, search.scaleFactor);
    if (levels.length === 0) continue;
    if (!scanner?.fits(image)) scanner = new Scanner(model, image.width, image.height);
    scanner.begin(image);
    const stream = random(search.seed).fork(String(index));
    const found = scanImage(scanner, model, levels, perImage, stream);
    visited += found.visited;
    passed += found.passed;
    perImages.push(found.passed);
    for (const window of cutWindows(model, image, levels, found.places)) {
      if (windows.length < needed) windows.push(window);
    }
    if (windows.length === needed) outcome = 'enough';
    else if (visited * rate >= Math.max(needed, passed)) outcome = 'rare';
    else if (visited >= maxWindows) outcome = 'limit';
    else continue;
    break;
  }
  return { windows, visited, passed, images: perImages.length, perImage, perImages, outcome };
}

function levelsOf(model: CascadeModel, { width, height }: GreyImage, factor: number): Level[] {
  return pyramidLevels([model.width, model.height], [width, height], factor) ?? [];
}

/** A window of an image. */
interface Place {
  readonly level: number;
  readonly x: number;
  readonly y: number;
}

/** Visits the windows that `detect` visits, and draws at most `most` of those that pass: each is equally likely. */
function scanImage(
  scanner: Scanner,
  model: CascadeModel,
  levels: readonly Level[],
  most: number,
  stream: Random,
): { readonly places: Place[]; readonly visited: number; readonly passed: number } {
  const stages = model.stageThresholds.length;
  const places: Place[] = [];
  let visited = 0;
  let passed = 0;
  for (const [index, level] of levels.entries()) {
    const visits = visitsOf(model, level, levels[0], false);
    scanner.scan(level, visits, (y, count, found, results) => {
      visited += count;
      if (found === 0) return;
      for (let i = 0; i < count; i++) {
        if (results.stages[i] !== stages) continue;
        const at = passed < most ? passed : stream.integer(passed + 1);
        if (at < most) places[at] = { level: index, x: i * visits.step, y };
        passed++;
      }
    });
  }
  return { places, visited, passed };
}

/** The pixels of windows, in the order of their places in the image. */
function cutWindows(
  { width, height }: CascadeModel,
  image: GreyImage,
  levels: readonly Level[],
  places: readonly Place[],
): Uint8Array[] {
  const ordered = [...places].sort((a, b) => a.level - b.level || a.y - b.y || a.x - b.x);
  let at = -1;
  let resized = image;
  return ordered.map(({ level, x, y }) => {
    if (level !== at) {
      resized = resizeGrey(image, levels[level].width, levels[level].height);
      at = level;
    }
    const window = new Uint8Array(width * height);
    for (let row = 0; row < height; row++) {
      const from = (y + row) * resized.stride + x;
      window.set(resized.data.subarray(from, from + width), row * width);
    }
    return window;
  });
}
