import type { ImageInput } from '../../../lib/image/index.js';
import type { CascadeModel } from '../model/index.js';
import type { Box } from '../scan/index.js';
import type { BeforeCertificate } from './certificate.js';
import type { BeforeOptions, WindowModel } from './options.js';
import type { BeforeRunner } from './runner.js';

/** What was found by a detector before a full model. */
export interface BeforeDetections {
  /** Groups of accepted windows, or the windows themselves where `minNeighbors` is 0. */
  readonly boxes: Box[];
  /** The windows that the full model accepts, clipped to the image; `score` is the full model's. */
  readonly candidates: Box[];
  /** Windows of the grid, and those that the full model scored. */
  readonly windows: number;
  readonly passed: number;
}

/** What a `DetectorBefore` is made of. */
export interface BeforeParts {
  /** The whole cascade, and digests of images that certify nothing of it any more. */
  readonly detector: { readonly model: CascadeModel; readonly used: Set<number> };
  readonly full: WindowModel;
  readonly options: BeforeOptions;
  /** The stages that are run; null where all windows are passed on. @defaultValue all stages */
  readonly served?: CascadeModel | null;
  readonly certificate?: BeforeCertificate;
}

/**
 * A detector before a full model: on a coarse grid of windows the cascade refuses most, and the full model answers the rest. What
 * `Detector.before` and `certifyBefore` return.
 *
 * What runs it is loaded at the first call, so that detectors without a full model stay small.
 *
 * @example
 * const before = detector.before(network, { accept: ([, wanted]) => (wanted > 0.5 ? wanted : null) });
 * const { boxes } = await before.detect(image);
 */
export class DetectorBefore {
  private runner: Promise<BeforeRunner> | undefined;

  constructor(
    /** What it is made of. */
    readonly parts: BeforeParts,
  ) {}

  /** What is promised of the windows that are passed on, as plain data; undefined before `certifyBefore`: nothing is. */
  get certificate(): BeforeCertificate | undefined {
    return this.parts.certificate;
  }

  /**
   * Finds what the full model accepts among the windows that the cascade passes on; among all windows where the certificate says
   * `full-model-only`.
   *
   * @param image grey bytes, or RGBA as in `ImageData`
   * @param options its signal is read before each batch, and passed on to the model
   * @returns boxes in pixels of the image, with the full model's scores
   * @throws OptionError for an image, or a model or option of `before`, that can't be used; ModelError for scores that are no numbers;
   * what the model throws; the signal's reason if that is aborted
   * @example const { boxes } = await detector.before(network, { accept: 7 }).detect(image);
   */
  detect(image: ImageInput, options?: { readonly signal?: AbortSignal }): Promise<BeforeDetections> {
    this.runner ??= import('./runner.js').then((module) => new module.BeforeRunner(this.parts));
    return this.runner.then((runner) => runner.detect(image, options));
  }
}
