import type { GreyImage } from '../../../lib/image/index.js';
import { Scanner } from '../scan/index.js';
import type { BeforeParts } from './detectorBefore.js';
import type { BeforeGrid } from './options.js';
import { gridWindows, scanGrid, scoreWindows } from './windows.js';

/** All windows of an image, as cascade and full model see them. */
export interface SeenWindows {
  /** Of each window the stages that it passed, below 0 if it is too flat, and the sum of the last one. */
  readonly stages: Int16Array;
  readonly sums: Float64Array;
  /** Positions of the windows that the full model accepts. */
  readonly accepted: Int32Array;
}

/** Runs the whole cascade and the full model on all windows of one image after the other. */
export class WindowReader {
  private scanner: Scanner | undefined;

  constructor(
    private readonly parts: BeforeParts,
    private readonly grid: BeforeGrid,
    private readonly signal: AbortSignal | undefined,
  ) {}

  async read(image: GreyImage): Promise<SeenWindows> {
    const { grid } = this;
    const { full, detector } = this.parts;
    const { model: cascade } = detector;
    const windows = gridWindows(cascade, image, grid);
    const stages = new Int16Array(windows.length);
    const sums = new Float64Array(windows.length);
    if (!this.scanner?.fits(image)) this.scanner = new Scanner(cascade, image.width, image.height);
    let at = 0;
    scanGrid(cascade, this.scanner, image, grid, (_level, _x, _y, passed, sum) => {
      stages[at] = passed;
      sums[at++] = sum;
    });
    const scores = await scoreWindows(full, cascade, image, windows, grid, this.signal);
    const accepted = Int32Array.from(windows.keys()).filter((window) => !Number.isNaN(scores[window]));
    return { stages, sums, accepted };
  }
}
