import { OptionError } from '../../lib/errors.js';
import type { GreyImage, Level, SumLayout } from '../image/index.js';
import type { CascadeModel } from '../model/index.js';
import { runnerFor, type WindowRunner } from '../windows/index.js';
import { programFor } from './program.js';

/** Integral images are made of so many entries at a time, more only where a window needs them. */
const BAND_ENTRIES = 2 ** 21;

/** Addresses of kernels have 31 bits. */
const MOST_ENTRIES = 2 ** 28;

/** Adjacent windows that kernels run at a time. */
const GROUP = 4;

/** Which windows of a level are visited. */
export interface Visits {
  /** From one window to the next, in pixels of the level. */
  readonly step: 1 | 2;
  /** From one row of windows to the next. @defaultValue `step` */
  readonly rowStep?: number;
  /**
   * The row of pixels of the level from which on windows begin, a multiple of the step from one row to the next.
   * @defaultValue 0
   */
  readonly top?: number;
  /** The row before which the last ones begin. */
  readonly rows: number;
  /** Whether a window that fails the first stage has the next one skipped. */
  readonly skips: boolean;
}

/**
 * Moves a cascade's window over levels of images. It makes integral images of a band of rows at a time. Columns lie
 * one after the other if every window is visited; for steps of 2, even columns lie in the first half of a row and odd
 * ones in the second, so that what adjacent windows read is adjacent too.
 */
export class Scanner {
  private readonly layouts: readonly SumLayout[];
  private readonly bandRows: number;
  private readonly runner: WindowRunner;

  /** @param width, height of the images, in pixels */
  constructor(
    private readonly model: CascadeModel,
    readonly width: number,
    readonly height: number,
    /** Whether WebAssembly is tried. */
    isFast = true,
  ) {
    // Kernels write up to seven entries too many.
    const half = 4 * Math.ceil((width + 1) / 8) + 4;
    const stride = 2 * half;
    const squares = model.kind === 'haar';
    const hasTilted = model.features.tilted.includes(1);
    const images = 1 + (squares ? 1 : 0) + (hasTilted ? 1 : 0);
    const needed = model.height + 2;
    this.bandRows = Math.max(needed, Math.min(height + 1, Math.floor(BAND_ENTRIES / (images * stride))));
    const size = this.bandRows * stride;
    if (images * size > MOST_ENTRIES) {
      throw new OptionError('width', `${width} pixels are too many for windows ${model.height} high`);
    }
    const layoutOf = (place: (column: number) => number): SumLayout => ({
      stride,
      place: Int32Array.from({ length: width + 1 }, (_, column) => place(column)),
      sums: 0,
      squares: squares ? size : -1,
      tilted: hasTilted ? (images - 1) * size : -1,
    });
    this.layouts = [layoutOf((x) => x), layoutOf((x) => (x & 1) * half + (x >> 1))];
    const programs = this.layouts.map((layout) => programFor(model, layout));
    this.runner = runnerFor(programs, { width, height, entries: images * size }, isFast);
  }

  /** Whether it is for images of that size. */
  fits({ width, height }: GreyImage): boolean {
    return width === this.width && height === this.height;
  }

  /** Takes the image whose levels are scanned next. */
  begin(image: GreyImage): void {
    this.runner.begin(image);
  }

  /**
   * Visits windows from left to right, row by row.
   *
   * @param visit called after each row of windows, with its y in pixels of the level, how many there are, and how
   *   many of them passed all stages; their results are in `stages` and `sums`
   */
  scan(
    level: Level,
    { step, rowStep = step, top: first = 0, rows, skips }: Visits,
    visit: (y: number, count: number, found: number, results: Pick<WindowRunner, 'stages' | 'sums'>) => void,
  ): void {
    const { model, runner, bandRows } = this;
    const columns = level.width + 1 - model.width;
    const last = Math.min(rows, level.height + 1 - model.height);
    if (columns <= 0 || last <= 0) return;
    const count = Math.ceil(columns / step);
    const layout = this.layouts[step - 1];
    const write = runner.level(step - 1, level.width, level.height);
    const begins = rowStep * (1 + Math.floor((bandRows - 1 - model.height) / rowStep));
    for (let top = first; top < last; top += begins) {
      const end = Math.min(top + begins, last);
      write(top, rowStep * Math.floor((end - 1 - top) / rowStep) + model.height);
      for (let y = top; y < end; y += rowStep) {
        const found = runner.run(step - 1, (y - top) * layout.stride, count, skips);
        visit(y, count, found, runner);
      }
    }
  }

  /**
   * Visits windows again that are known by their places: row of windows times windows of a row, plus the column of
   * windows.
   *
   * @param places ascending
   * @param visit gets a window's position among the places, the stages that it passed, and the sum of the last stage
   *   that ran
   */
  revisit(
    level: Level,
    { step, rowStep = step }: Visits,
    places: Int32Array,
    visit: (at: number, stages: number, sum: number) => void,
  ): void {
    const { model, runner, bandRows } = this;
    const count = Math.ceil((level.width + 1 - model.width) / step);
    const { stride } = this.layouts[step - 1];
    const write = runner.level(step - 1, level.width, level.height);
    const further = Math.floor((bandRows - 1 - model.height) / rowStep);
    for (let at = 0; at < places.length; ) {
      const top = Math.floor(places[at] / count);
      // The band: from the first window's row as far as there is room.
      const before = count * (top + further + 1);
      let end = at + 1;
      while (end < places.length && places[end] < before) end++;
      const rows = Math.floor(places[end - 1] / count) - top;
      write(rowStep * top, rowStep * rows + model.height);
      while (at < end) {
        const first = places[at];
        const row = Math.floor(first / count);
        const limit = Math.min(first + GROUP, count * (row + 1));
        let last = at;
        while (last + 1 < end && places[last + 1] < limit) last++;
        runner.run(
          step - 1,
          rowStep * (row - top) * stride + first - row * count,
          places[last] - first + 1,
          false,
        );
        for (; at <= last; at++)
          visit(at, runner.stages[places[at] - first], runner.sums[places[at] - first]);
      }
    }
  }
}
