import { denseBlock } from '../../../lib/blocks/index.js';
import { ModelError } from '../../../lib/errors.js';
import { type GreyImage, type Level, Resizer, resizeGrey } from '../../../lib/image/index.js';
import { scoreInto } from '../../../lib/scoreInto.js';
import { levelsFor, type Scanner, type Size } from '../scan/index.js';
import type { BeforeGrid, WindowModel } from './options.js';

/** A window of a level. */
export interface GridWindow {
  readonly level: Level;
  readonly x: number;
  readonly y: number;
}

/**
 * Visits the windows of a coarse grid: every `step` pixels of each level, across and down.
 *
 * @param visit called with each window's place, the stages that it passed (below 0 if it is too flat) and the sum of the last one
 */
export function scanGrid(
  model: Size,
  scanner: Scanner,
  image: GreyImage,
  grid: BeforeGrid,
  visit: (level: Level, x: number, y: number, stages: number, sum: number) => void,
): void {
  scanner.begin(image);
  // Rows are scanned at every second window where the grid allows it; what lies between its own is left out.
  const step = grid.step % 2 === 0 ? 2 : 1;
  for (const level of levelsFor(model, image, grid)) {
    const rows = level.height + 1 - model.height;
    const visits = { step, rowStep: grid.step, rows, skips: false } as const;
    scanner.scan(level, visits, (y, count, _found, { stages, sums }) => {
      for (let i = 0; i < count; i += grid.step / step) visit(level, i * step, y, stages[i], sums[i]);
    });
  }
}

/** Every window of the grid, in the order of `scanGrid`. */
export function gridWindows(model: Size, image: GreyImage, grid: BeforeGrid): GridWindow[] {
  const windows: GridWindow[] = [];
  for (const level of levelsFor(model, image, grid)) {
    for (let y = 0; y + model.height <= level.height; y += grid.step) {
      for (let x = 0; x + model.width <= level.width; x += grid.step) windows.push({ level, x, y });
    }
  }
  return windows;
}

/**
 * Cuts windows and has the full model score them, batch by batch.
 *
 * @param model with the size of windows
 * @param windows level by level
 * @returns the score of each that is accepted, NaN for the others
 * @throws ModelError for scores that are no numbers
 */
export async function scoreWindows(
  full: WindowModel,
  { width, height }: Size,
  image: GreyImage,
  windows: readonly GridWindow[],
  { size, batch, input, accept }: BeforeGrid,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const pixels = size[0] * size[1];
  const accepted = new Float64Array(windows.length);
  const { classes } = full;
  const picture = new Uint8Array(pixels);
  let resized: GreyImage | undefined;
  let last: Level | undefined;
  for (let from = 0; from < windows.length; from += batch) {
    signal?.throwIfAborted();
    const rows = Math.min(batch, windows.length - from);
    const values = new Float32Array(rows * pixels);
    for (let row = 0; row < rows; row++) {
      const { level, x, y } = windows[from + row];
      if (resized === undefined || level !== last) resized = resizeGrey(image, level.width, level.height);
      last = level;
      const { data, stride } = resized;
      const resizer = new Resizer(
        { data: data.subarray(y * stride + x), width, height, stride },
        size[0],
        size[1],
      );
      for (let line = 0; line < size[1]; line++) resizer.row(line, picture, line * size[0]);
      input(picture, values.subarray(row * pixels, (row + 1) * pixels));
    }
    const scores = new Float64Array(rows * classes);
    await scoreInto(full, [denseBlock(rows, pixels, values)], scores, signal && { signal });
    for (let row = 0; row < rows; row++) {
      const own = scores.subarray(row * classes, (row + 1) * classes);
      if (own.some(Number.isNaN)) throw new ModelError(full.name, `window ${from + row}: a score is NaN`);
      accepted[from + row] = accept(own) ?? Number.NaN;
    }
  }
  return accepted;
}
