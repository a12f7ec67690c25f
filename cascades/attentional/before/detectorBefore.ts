import { greyImage, type ImageInput } from '../../../lib/image/index.js';
import type { UsedImages } from '../lineage.js';
import type { CascadeModel } from '../model/index.js';
import { type Box, clipBoxes, groupBoxes, Scanner, windowBox } from '../scan/index.js';
import type { BeforeCertificate } from './certificate.js';
import type { BeforeGrid, WindowModel } from './options.js';
import { type GridWindow, gridWindows, scanGrid, scoreWindows } from './windows.js';

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
  /** The whole cascade. */
  readonly cascade: CascadeModel;
  readonly full: WindowModel;
  readonly grid: BeforeGrid;
  readonly used: UsedImages;
  /** The stages that are run; undefined where all windows are passed on. */
  readonly served: CascadeModel | undefined;
  readonly certificate: BeforeCertificate;
}

/**
 * A detector before a full model: on a coarse grid of windows the cascade refuses most, and the full model answers the rest. What
 * `Detector.before` and `certifyBefore` return.
 */
export class DetectorBefore {
  private scanner: Scanner | undefined;

  constructor(readonly parts: BeforeParts) {}

  /** What is promised of the windows that are passed on. Plain data. */
  get certificate(): BeforeCertificate {
    return this.parts.certificate;
  }

  /**
   * Finds what the full model accepts among the windows that the cascade passes on; among all windows where the certificate says
   * `full-model-only`.
   *
   * @param image grey bytes, or RGBA as in `ImageData`
   * @param options its signal is read before each batch, and passed on to the model
   * @returns boxes in pixels of the image, with the full model's scores
   * @throws OptionError for an image that can't be used; ModelError for scores that are no numbers; what the model throws; the
   * signal's reason if that is aborted
   * @example const { boxes } = await detector.before(network, { accept: 7 }).detect(image);
   */
  async detect(
    image: ImageInput,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<BeforeDetections> {
    signal?.throwIfAborted();
    const { full, grid, served, cascade } = this.parts;
    const grey = greyImage(image);
    const { width, height } = grey;
    let passing: GridWindow[] = [];
    let windows = 0;
    if (served === undefined) {
      passing = gridWindows(cascade, grey, grid);
      windows = passing.length;
    } else {
      if (!this.scanner?.fits(grey)) this.scanner = new Scanner(served, width, height);
      const all = served.stageThresholds.length;
      scanGrid(served, this.scanner, grey, grid, (level, x, y, stages) => {
        windows++;
        if (stages === all) passing.push({ level, x, y });
      });
    }
    const scores = await scoreWindows(full, cascade, grey, passing, grid, signal);
    const found = passing.flatMap(({ level, x, y }, i) =>
      Number.isNaN(scores[i]) ? [] : [{ ...windowBox(level, x, y), neighbours: 1, score: scores[i] }],
    );
    return {
      boxes: clipBoxes(groupBoxes(found, grid.minNeighbors), width, height),
      candidates: clipBoxes(found, width, height),
      windows,
      passed: passing.length,
    };
  }
}
