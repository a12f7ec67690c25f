import { show } from '../../lib/check.js';
import { DataError, OptionError, UsedRows } from '../../lib/errors.js';
import { type GreyImage, imageDigest } from '../image/index.js';
import type { Rectangle } from '../scan/index.js';
import { type BoxedImage, greyOf, isIterable, readEach } from '../training/index.js';

/**
 * Images with the wanted objects of each, as boxes in its pixels: an iterable, or a function that gives one. They are
 * read once, one at a time.
 */
export type BoxedImages =
  | Iterable<BoxedImage>
  | AsyncIterable<BoxedImage>
  | (() => Iterable<BoxedImage> | AsyncIterable<BoxedImage>);

/** An image that counts. */
export interface Scene {
  readonly image: GreyImage;
  readonly boxes: readonly Rectangle[];
  /** Its place in the source. */
  readonly index: number;
  readonly digest: number;
}

/** How images are read. */
export interface SceneReading {
  /** The option that is to blame for what can't be used. */
  readonly option: string;
  /** Whether equal images are draws of their own. */
  readonly repeats: boolean;
  /** Digests of images that must not be among them. Those that are read are added. */
  readonly used?: Set<number> | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The images that were read. */
export class Scenes {
  /** One a scene. */
  readonly digests: number[] = [];
  /** Images that equal one before, and were left out. */
  copies = 0;
  private readonly marked: number[] = [];

  constructor(
    private readonly source: BoxedImages,
    private readonly reading: SceneReading,
  ) {}

  /**
   * The images, each of them used once it was read, so that no two certifications at a time have one. Where reading
   * ends early, by an abort or an image that can't be used, nobody has learnt anything of the others, and they stay
   * fresh.
   *
   * @throws OptionError naming the option and the image that can't be used; UsedRows for those that were used;
   *   DataError where there is no image; the signal's reason if that is aborted
   */
  async *read(): AsyncGenerator<Scene, void, void> {
    let isWhole = false;
    try {
      yield* this.fresh();
      isWhole = true;
    } finally {
      if (!isWhole) for (const digest of this.marked) this.reading.used?.delete(digest);
    }
  }

  private async *fresh(): AsyncGenerator<Scene, void, void> {
    const { option, repeats, used, signal } = this.reading;
    const images = openImages(this.source, option);
    const known = new Set<number>();
    const seen: number[] = [];
    let index = 0;
    for await (const item of readEach(option, images, signal)) {
      signal?.throwIfAborted();
      const scene = sceneOf(option, item, index++);
      const { digest } = scene;
      if (!repeats && known.has(digest)) {
        this.copies++;
        continue;
      }
      if (used?.has(digest)) {
        if (!repeats) seen.push(scene.index);
      } else if (used && seen.length === 0) {
        used.add(digest);
        this.marked.push(digest);
      }
      // The others are read only to name all that were used.
      if (seen.length > 0) continue;
      known.add(digest);
      this.digests.push(digest);
      yield scene;
    }
    if (seen.length > 0) throw new UsedRows(Int32Array.from(seen), index, [], USED);
    if (index === 0) throw new DataError(`'${option}' has no image: expected at least one`);
  }
}

const USED = 'are images that the detector was trained, set or tested on';

/** @throws OptionError for what can't be read */
function openImages(source: BoxedImages, option: string): Iterable<BoxedImage> | AsyncIterable<BoxedImage> {
  const images = typeof source === 'function' ? source() : source;
  if (isIterable(images)) return images;
  throw new OptionError(
    option,
    `expected { image, boxes } objects: an array, an iterable or a function that gives one, got ${show(images)}`,
  );
}

function sceneOf(option: string, item: BoxedImage, index: number): Scene {
  if (typeof item !== 'object' || item === null || !('image' in item) || !Array.isArray(item.boxes)) {
    throw new OptionError(
      option,
      `image ${index}: expected { image, boxes } with an array of boxes, got ${show(item)}`,
    );
  }
  const boxes = item.boxes.map((box, b) => boxOf(option, box, index, b));
  const image = greyOf(option, item.image, index);
  return { image, boxes, index, digest: imageDigest(image) };
}

function boxOf(option: string, box: unknown, index: number, b: number): Rectangle {
  if (typeof box === 'object' && box !== null && 'x' in box && 'y' in box) {
    if ('width' in box && 'height' in box) {
      const { x, y, width, height } = box;
      if (isNumber(x) && isNumber(y) && isNumber(width) && isNumber(height) && width > 0 && height > 0) {
        return { x, y, width, height };
      }
    }
  }
  throw new OptionError(
    option,
    `image ${index}, box ${b}: expected finite numbers { x, y, width, height }, width and height above 0, ` +
      `got ${show(box)}`,
  );
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** Images that certify nothing of a detector any more. @param used digests, which are added to */
export function markUsed(used: Set<number>, digests: readonly number[]): void {
  for (const digest of digests) used.add(digest);
}
