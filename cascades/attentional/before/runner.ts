import { checkKeys, checkSignal } from '../../../lib/check.js';
import { greyImage, type ImageInput } from '../../../lib/image/index.js';
import { clipBoxes, groupBoxes, Scanner, windowBox } from '../scan/index.js';
import type { BeforeDetections, BeforeParts } from './detectorBefore.js';
import { type BeforeGrid, beforeGrid } from './options.js';
import { type GridWindow, gridWindows, scanGrid, scoreWindows } from './windows.js';

/** Runs a detector before its full model. */
export class BeforeRunner {
  private readonly grid: BeforeGrid;
  private scanner: Scanner | undefined;

  /** @throws OptionError for a model or an option that can't be used */
  constructor(private readonly parts: BeforeParts) {
    this.grid = beforeGrid(parts.full, parts.detector.model, parts.options);
  }

  /** See `DetectorBefore.detect`. */
  async detect(
    image: ImageInput,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<BeforeDetections> {
    checkKeys(options, ['signal']);
    const { signal } = options;
    checkSignal(signal);
    signal?.throwIfAborted();
    const { grid } = this;
    const { full, detector } = this.parts;
    const { model: cascade } = detector;
    const { served = cascade } = this.parts;
    const grey = greyImage(image);
    const { width, height } = grey;
    let passing: GridWindow[] = [];
    let windows = 0;
    if (served === null) {
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
