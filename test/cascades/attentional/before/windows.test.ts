import test from 'ava';
import fc from 'fast-check';
import { beforeGrid } from '../../../../cascades/attentional/before/index.js';
import { gridWindows, scanGrid, scoreWindows } from '../../../../cascades/attentional/before/windows.js';
import { levelsFor, Scanner } from '../../../../cascades/attentional/scan/index.js';
import { Detector, type WindowModel } from '../../../../entries/detect.js';
import { ModelError } from '../../../../index.js';
import { resizeGrey } from '../../../../lib/image/index.js';
import { blobModel } from '../blobs.js';
import { cascades } from '../models.js';
import { noise } from '../training/scenes.js';

const image = noise('grid', 41, 37);

/** Its one score is the first pixel of each picture. */
const firstPixel: WindowModel = {
  name: 'first pixel',
  classes: 1,
  score: ([block]) => Array.from({ length: block.rows }, (_, row) => block.values[row * pixelsOf(block)]),
};

function pixelsOf({ rows, values }: { readonly rows: number; readonly values: Float32Array }): number {
  return values.length / rows;
}

test('a grid has every step-th window of each level, with the stages and sums of these', (t) => {
  fc.assert(
    fc.property(cascades, fc.integer({ min: 1, max: 6 }), (model, step) => {
      const grid = beforeGrid(firstPixel, model, { accept: () => null, step });
      const visited: unknown[] = [];
      scanGrid(
        model,
        new Scanner(model, image.width, image.height),
        image,
        grid,
        (level, x, y, stages, sum) => visited.push([level.scale, x, y, Math.max(0, stages), sum]),
      );
      const expected: unknown[] = [];
      for (const level of levelsFor(model, image, grid)) {
        const trace = new Detector(model).windows(resizeGrey(image, level.width, level.height));
        for (let y = 0; y < trace.rows; y += step) {
          for (let x = 0; x < trace.columns; x += step) {
            const at = y * trace.columns + x;
            expected.push([level.scale, x, y, trace.stages[at], trace.sums[at]]);
          }
        }
      }
      t.deepEqual(visited, expected);
      const windows = gridWindows(model, image, grid);
      t.deepEqual(
        windows.map(({ level, x, y }) => [level.scale, x, y]),
        visited.map((each) => (Array.isArray(each) ? each.slice(0, 3) : [])),
      );
    }),
    { numRuns: 60 },
  );
});

test('a grid goes on from band to band of an image whose integral images are made in parts', (t) => {
  const model = blobModel();
  const wide = noise('bands', 9_000, 130);
  const { columns, stages, sums } = new Detector(model).windows(wide);
  for (const step of [4, 7]) {
    const grid = beforeGrid(firstPixel, model, { accept: () => null, step, maxSize: [6, 6] });
    const scanner = new Scanner(model, wide.width, wide.height);
    let [visited, wrong] = [0, 0];
    scanGrid(model, scanner, wide, grid, (_level, x, y, passed, sum) => {
      visited++;
      const at = y * columns + x;
      if (Math.max(0, passed) !== stages[at] || !Object.is(sum, sums[at])) wrong++;
    });
    t.is(visited, Math.ceil(8_995 / step) * Math.ceil(125 / step));
    t.is(wrong, 0);
  }
});

test('pictures are cut from levels, in batches', async (t) => {
  const model = blobModel();
  const sizes: number[] = [];
  const counting: WindowModel = {
    ...firstPixel,
    score(blocks, out) {
      sizes.push(blocks[0].rows);
      return firstPixel.score(blocks, out);
    },
  };
  const grid = beforeGrid(counting, model, { accept: ([score]) => score, step: 5, batch: 16 });
  const windows = gridWindows(model, image, grid);
  const scores = await scoreWindows(counting, model, image, windows, grid, undefined);
  for (const [i, { level, x, y }] of windows.entries()) {
    const resized = resizeGrey(image, level.width, level.height);
    t.is(scores[i], Math.fround(resized.data[y * resized.stride + x] / 255));
  }
  t.is(sizes.length, Math.ceil(windows.length / 16));
  t.true(sizes.slice(0, -1).every((size) => size === 16));
});

test('pictures have the size and the input that the model takes', async (t) => {
  const model = blobModel();
  const seen: number[] = [];
  const grid = beforeGrid(firstPixel, model, {
    accept: ([score]) => score,
    step: 9,
    size: [3, 3],
    input: (pixels, out) => {
      seen.push(pixels.length);
      // Half the size: the mean of four.
      out[0] = 1_000 + pixels[0];
    },
  });
  const windows = gridWindows(model, image, grid).slice(0, 4);
  const scores = await scoreWindows(firstPixel, model, image, windows, grid, undefined);
  t.deepEqual(seen, [9, 9, 9, 9]);
  const { x, y } = windows[1];
  const at = (dx: number, dy: number) => image.data[(y + dy) * image.stride + x + dx];
  t.is(scores[1], 1_000 + ((at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1) + 2) >> 2));
});

test('a score that is no number is an error of the model', async (t) => {
  const model = blobModel();
  const broken: WindowModel = {
    ...firstPixel,
    score: ([{ rows }]) => new Array<number>(rows).fill(Number.NaN),
  };
  const grid = beforeGrid(broken, model, { accept: () => null });
  const scored = scoreWindows(broken, model, image, gridWindows(model, image, grid), grid, undefined);
  t.regex((await t.throwsAsync(scored, { instanceOf: ModelError }))?.message ?? '', /first pixel.*window 0/);
});
