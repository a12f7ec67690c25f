import test from 'ava';
import fc from 'fast-check';
import { type GreyImage, integralImages } from '../../../detect/image/index.js';
import { type CascadeModel, Detector } from '../../../entries/detect.js';
import { atLength } from '../../support/atLength.js';
import { greyImages, noise } from '../image/images.js';
import { cascades, madeModel } from '../models.js';

/** A window by the definition of cascades, pixel sums by brute force. */
function bruteForce(model: CascadeModel, image: GreyImage, x: number, y: number): [number, number] {
  const { fround } = Math;
  const { kind, width, height, features } = model;
  const { stride, tilted } = integralImages(image);
  const total = (column: number, row: number, w: number, h: number, power = 1) => {
    let sum = 0;
    for (let i = row; i < row + h; i++) {
      for (let j = column; j < column + w; j++) sum += image.data[(y + i) * image.stride + x + j] ** power;
    }
    return sum;
  };
  const turned = (column: number, row: number, w: number, h: number) => {
    const entry = (c: number, r: number) => tilted[(y + r) * stride + x + c];
    const ends = entry(column - h, row + h) + entry(column + w, row + w);
    return entry(column, row) - ends + entry(column + w - h, row + w + h);
  };
  let norm = 1;
  if (kind === 'haar') {
    const area = (width - 2) * (height - 2);
    const sum = total(1, 1, width - 2, height - 2);
    norm = fround(1 / Math.sqrt(area * total(1, 1, width - 2, height - 2, 2) - sum * sum));
    if (!(area * norm < 0.1)) return [0, Number.NaN];
  }
  const goesLeft = (node: number) => {
    const read = model.feature[node];
    if (kind === 'lbp') {
      const [cx, cy, w, h] = features.rectangles.subarray(4 * read, 4 * read + 4);
      const block = (i: number, j: number) => total(cx + i * w, cy + j * h, w, h);
      const around = [
        [0, 0],
        [1, 0],
        [2, 0],
        [2, 1],
        [2, 2],
        [1, 2],
        [0, 2],
        [0, 1],
      ];
      const pattern = around.reduce((bits, [i, j]) => 2 * bits + (block(i, j) >= block(1, 1) ? 1 : 0), 0);
      return ((model.subsets[8 * node + (pattern >> 5)] >> (pattern & 31)) & 1) === 1;
    }
    let value = 0;
    for (let i = 3 * read; i < 3 * read + 3; i++) {
      const [a, b, c, d] = features.rectangles.subarray(4 * i, 4 * i + 4);
      const pixels = features.tilted[read] === 1 ? turned(a, b, c, d) : total(a, b, c, d);
      value = fround(value + fround(features.weights[i] * pixels));
    }
    return fround(value * norm) < model.thresholds[node];
  };
  let sum = 0;
  for (let stage = 0; stage < model.stageThresholds.length; stage++) {
    sum = 0;
    for (let tree = model.firstTree[stage]; tree < model.firstTree[stage + 1]; tree++) {
      const root = model.firstNode[tree];
      let child = 0;
      do child = goesLeft(root + child) ? model.left[root + child] : model.right[root + child];
      while (child > 0);
      sum += model.leaves[root + tree - child];
    }
    if (sum < fround(model.stageThresholds[stage] - fround(1e-5))) return [stage, sum];
  }
  return [model.stageThresholds.length, sum];
}

test('plain windows are those of brute force', (t) => {
  const property = fc.property(cascades, greyImages(16, 6), (model, image) => {
    const { columns, stages, sums } = new Detector(model, { kernel: 'plain' }).windows(image);
    return stages.every((passed, i) => {
      const [expected, sum] = bruteForce(model, image, i % columns, Math.floor(i / columns));
      return passed === expected && Object.is(sums[i], sum);
    });
  });
  t.notThrows(() => fc.assert(property, { numRuns: 60 }));
});

test('WebAssembly gives the bits of plain JavaScript, windows and detections', (t) => {
  const property = fc.property(
    cascades,
    greyImages(70, 4),
    fc.constantFrom(1.07, 1.37, 2),
    fc.constantFrom('opencv' as const, undefined),
    (model, image, scaleFactor, compat) => {
      const options = { scaleFactor, minNeighbors: 1, ...(compat && { compat }) };
      const [fast, plain] = (['auto', 'plain'] as const).map((kernel) => {
        const detector = new Detector(model, { kernel });
        // Twice, since memory is kept.
        detector.detect(image, options);
        return { all: detector.windows(image), found: detector.detect(image, options) };
      });
      t.deepEqual(fast, plain);
    },
  );
  t.notThrows(() => fc.assert(property, { numRuns: atLength(50, 150) }));
});

test('a high image is done in bands, with the same result', (t) => {
  const by = { kind: 'haar', nodes: 2, tilted: true, whole: true, width: 9, height: 7 } as const;
  const model = madeModel({ ...by, seed: 3 });
  // Three integral images of 40,000 columns: seventeen rows at a time.
  const [width, height] = [40_000, 40];
  const image = noise(width, height, 5);
  const high = new Detector(model).windows(image);
  const part = { ...image, width: 200, stride: image.stride };
  const low = new Detector(model).windows(part);
  t.is(low.rows, high.rows);
  for (let y = 0; y < low.rows; y++) {
    const [a, b] = [high, low].map(({ columns, sums }) => sums.slice(y * columns, y * columns + low.columns));
    t.deepEqual(a, b, `row ${y}`);
  }
});
