import { checkKeys, checkWhole, show } from '../../check.js';
import { denseBlock } from '../../data/blocks/index.js';
import { FeatureError, OptionError } from '../../errors.js';
import {
  checkSource,
  type Feature,
  type FittedFeature,
  type RowView,
  readsOf,
  rowCheck,
  type Source,
  statedSource,
} from '../define/index.js';
import { areaMeans, type ReadPixels, sampledMeans } from './area.js';
import { imageFault, type PixelImage } from './image.js';

/** Options of `pixels`. */
export interface PixelsOptions {
  /** Pixels of the result, 1 to 1,024 each: the feature has `width * height` columns. */
  readonly width: number;
  readonly height: number;
  /** See `Feature.version`. */
  readonly version?: string;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The longest side of a result: a million columns. */
const LONGEST = 1_024;
/** Pixels of a cell that a version reads. */
const SAMPLED = 4;
/** The part of the feature's work that a version may take to be proposed. */
const WORTHWHILE = 0.5;
/** Images that are looked at for a proposal. */
const LOOKED_AT = 64;

/**
 * An image's pixels at one size, in grey from 0 (black) to 1 (white), row after row: a dense block, rows x
 * `width * height`. Each is the mean over its area of the image, whatever the image's size; colours count by
 * Rec. 601's shares, alpha not at all. Linear learners scale all columns by one factor.
 *
 * Its versions for stages are coarser, `name@8x8`: the mean of four pixels of each cell, so that they take no longer
 * for a large image than for a small one. `tune` tries half and a quarter of the size where that reads at most half as
 * much.
 *
 * @param image a function from a row to its image, or a {@link Transform} that has it, as where images are decoded
 * @throws OptionError for a size out of its range; FeatureError, while computing, naming the row, for what is no image,
 *   and for data that don't fit its size
 * @example
 * pixels((frame: Frame) => frame.image, { width: 32, height: 24 });
 */
export function pixels<Row>(image: Source<Row, PixelImage>, options: PixelsOptions): Feature<Row> {
  checkSource(image, 'image');
  checkKeys(options, ['width', 'height', 'version']);
  const { width, height, version } = options;
  checkWhole('width', width, 1, LONGEST);
  checkWhole('height', height, 1, LONGEST);
  const reads = readsOf(image);
  const whole = { width, height };
  const alone = read(image, whole, areaMeans(width, height));
  const fitted: FittedFeature<Row> = {
    ...alone,
    fidelities: {
      propose: (view, most) => coarser(view, image, whole).slice(0, most),
      inSteps: (at) => [
        ...sizesOf(at, whole).map((size) => ({
          reads,
          fitted: read(image, size, sampledMeans(size.width, size.height)),
        })),
        { reads, fitted: alone },
      ],
      inWords: (at) => `${at.replace('x', ' x ')} pixels`,
    },
  };
  return {
    kind: 'pixels',
    reads,
    ...rowCheck(image, imageFault),
    version,
    options: { width, height, ...statedSource(image) },
    fit: () => fitted,
    load: () => fitted,
  };
}

function read<Row>(
  source: Source<Row, PixelImage>,
  { width, height }: Size,
  reading: ReadPixels,
): FittedFeature<Row> {
  const columns = width * height;
  return {
    columns,
    compute(view) {
      const values = new Float32Array(view.length * columns);
      view.read(source).forEach((image, row) => {
        const fault = imageFault(image);
        if (fault !== undefined) throw new FeatureError('', view.at(row), fault);
        reading(image, values, row * columns);
      });
      return denseBlock(view.length, columns, values, 'block');
    },
    warm: () => denseBlock(1, columns, new Float32Array(columns), 'block'),
    state: { json: { columns }, tensors: {} },
  };
}

/** A quarter and half of the size, where they are coarser, and that much less work than the images as they are. */
function coarser<Row>(view: RowView<Row>, source: Source<Row, PixelImage>, whole: Size): string[] {
  const length = Math.min(LOOKED_AT, view.length);
  if (length === 0) return [];
  const some = view.select(
    Int32Array.from({ length }, (_, i) => view.at(Math.floor((i * view.length) / length))),
  );
  const cells = whole.width * whole.height;
  const read = some.read(source).reduce((sum, image) => sum + image.width * image.height, 0) / length;
  const sizes = [4, 2]
    .map((times) => ({ width: Math.ceil(whole.width / times), height: Math.ceil(whole.height / times) }))
    .filter(({ width, height }) => (SAMPLED + 1) * width * height <= WORTHWHILE * (read + cells));
  // Of few pixels, a quarter and half may be the same, or the whole.
  return [...new Set(sizes.map(nameOf))].filter((name) => name !== nameOf(whole));
}

function nameOf({ width, height }: Size): string {
  return `${width}x${height}`;
}

/** Sizes by their names, each contained in the next, and all in the whole. */
function sizesOf(at: readonly string[], whole: Size): Size[] {
  const sizes = at.map((name): Size => {
    const [, width, height] = /^([1-9]\d{0,3})x([1-9]\d{0,3})$/.exec(name) ?? [];
    if (width === undefined)
      throw new OptionError('fidelities', `expected width x height, as in '8x8', got ${show(name)}`);
    return { width: Number(width), height: Number(height) };
  });
  [...sizes, whole].reduce((small, large) => {
    const isSame = small.width === large.width && small.height === large.height;
    if (!isSame && small.width <= large.width && small.height <= large.height) return large;
    throw new OptionError('fidelities', `${nameOf(small)} isn't coarser than ${nameOf(large)}`);
  });
  return sizes;
}
