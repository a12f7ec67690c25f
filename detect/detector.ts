import { checkOneOf, show } from '../lib/check.js';
import { OptionError } from '../lib/errors.js';
import { readModel, writeModel } from './format/index.js';
import { type GreyImage, greyImage, type ImageInput } from './image/index.js';
import { type CascadeModel, checkCascadeModel } from './model/index.js';
import { type Detections, type DetectOptions, detections, detectOptions, Scanner } from './scan/index.js';

/** Every window of an image at scale 1, row by row. */
export interface WindowTrace {
  /**
   * Where windows may begin: `width - window + 1` columns, and rows likewise; both 0 where the image is smaller than
   * a window.
   */
  readonly columns: number;
  readonly rows: number;
  /**
   * Stages passed by the window at column x of row y, at `y * columns + x`: 0 if it is too flat or fails the first
   * one.
   */
  readonly stages: Int32Array;
  /** The sum of the last stage that ran; NaN for a window that is too flat. */
  readonly sums: Float64Array;
}

/** How a detector runs. */
export interface DetectorOptions {
  /**
   * `'auto'`: WebAssembly where it works, which gives the same bits. `'plain'`: JavaScript alone.
   *
   * @defaultValue 'auto'
   */
  readonly kernel?: 'auto' | 'plain';
}

/**
 * An attentional cascade that finds objects in images: most windows are refused by a first stage of a few additions,
 * and only those that pass all stages are kept.
 *
 * Images are grey bytes, or RGBA as in a browser's `ImageData`: see `ImageInput`. Its memory is kept from one image
 * to the next of the same size.
 *
 * @see Viola and Jones, Rapid object detection using a boosted cascade of simple features, CVPR 2001
 * @example
 * const detector = readCascade(await readFile('haarcascade_frontalface_default.xml'));
 * const { boxes } = detector.detect({ data, width: 640, height: 480 });
 */
export class Detector {
  private scanner: Scanner | undefined;

  /**
   * @throws ArtifactError for a model that can't be run: `damaged`, or `unsupported` for a soft cascade
   * @throws OptionError for a kernel that doesn't exist
   */
  constructor(
    /** What it runs, as it was given. */
    readonly model: CascadeModel,
    /** How it runs. */
    readonly options: DetectorOptions = {},
    /** Digests of images that certify nothing of this detector any more, nor of those made of it. */
    readonly used = new Set<number>(),
  ) {
    checkCascadeModel(model);
    checkOneOf('kernel', options.kernel ?? 'auto', ['auto', 'plain']);
  }

  /**
   * Finds objects of all sizes.
   *
   * @param image grey bytes or RGBA, of any size
   * @returns boxes in pixels of the image, with how many windows each stands for and the largest sum of the last
   *   stage among them; an image smaller than the window has none
   * @throws OptionError for an image or option that can't be used; the signal's reason if that is aborted
   */
  detect(image: ImageInput, options: DetectOptions = {}): Detections {
    const checked = detectOptions(options);
    const grey = greyImage(image);
    checked.signal?.throwIfAborted();
    return detections(this.model, grey, checked, (image) => this.scannerFor(image));
  }

  /**
   * What every window of the image's own size does: how many stages it passes, and the sum of the last stage that ran.
   *
   * @param image grey bytes or RGBA, of any size
   * @throws OptionError for an image that can't be used
   */
  windows(image: ImageInput): WindowTrace {
    const grey = greyImage(image);
    const { width, height } = grey;
    const window = [this.model.width, this.model.height] as const;
    const columns = width + 1 - window[0];
    const rows = height + 1 - window[1];
    if (columns < 1 || rows < 1) {
      return { columns: 0, rows: 0, stages: new Int32Array(), sums: new Float64Array() };
    }
    const stages = new Int32Array(columns * rows);
    const sums = new Float64Array(columns * rows);
    const level = { scale: 1, width, height, window };
    this.scannerFor(grey).scan(level, { step: 1, rows, skips: false }, (y, count, _found, results) => {
      for (let i = 0, to = y * columns; i < count; i++, to++) {
        stages[to] = Math.max(0, results.stages[i]);
        sums[to] = results.sums[i];
      }
    });
    return { columns, rows, stages, sums };
  }

  /**
   * The cascade as XML that OpenCV loads, in its new format. Reading it gives the same cascade, bit for bit, and the
   * digests of images that certify nothing of it any more.
   *
   * @returns a whole document, with at most three rectangles a feature
   */
  toXml(): string {
    return writeModel(this.model, this.used);
  }

  private scannerFor(image: GreyImage): Scanner {
    if (!this.scanner?.fits(image)) {
      this.scanner = new Scanner(this.model, image.width, image.height, this.options.kernel !== 'plain');
    }
    this.scanner.begin(image);
    return this.scanner;
  }
}

/** @throws OptionError naming the option for a value that is no detector */
export function checkDetector(option: string, detector: unknown): asserts detector is Detector {
  if (detector instanceof Detector) return;
  throw new OptionError(option, `expected a Detector, as readCascade gives it, got ${show(detector)}`);
}

/**
 * Reads a cascade of OpenCV's from XML, of the new format (`opencv_traincascade`: Haar or LBP) or the old one
 * (`opencv_haartraining`).
 *
 * @param xml a string, or bytes in UTF-8
 * @throws ArtifactError: `damaged` for what is cut short or contradicts itself, `unsupported` for what is refused
 *   (HOG, more than three rectangles a feature, entities, excess), `foreign` for XML that is no cascade
 * @example readCascade(xml).detect({ data, width: 640, height: 480 }, { minNeighbors: 5 });
 */
export function readCascade(xml: string | Uint8Array, options: DetectorOptions = {}): Detector {
  const { model, used } = readModel(xml);
  return new Detector(model, options, new Set(used));
}
