import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { build } from 'esbuild';
import fc from 'fast-check';
import { type DetectOptions, Detector, readCascade } from '../../entries/detect.js';
import { ArtifactError, OptionError } from '../../lib/errors.js';
import { noise } from './image/images.js';
import { cascades, madeModel } from './models.js';

const by = { seed: 4, nodes: 1, tilted: false, whole: true, width: 12, height: 10 } as const;
const model = madeModel({ ...by, kind: 'haar' });
/** As the model, without a refusal but for flatness. */
const open = { ...model, stageThresholds: model.stageThresholds.map(() => -100) };

test('readCascade and detect alone are at most 17.5 kilobytes, for any platform', async (t) => {
  const entry = fileURLToPath(new URL('../../entries/detect.ts', import.meta.url));
  const { outputFiles } = await build({
    stdin: { contents: `export { readCascade } from ${JSON.stringify(entry)};`, resolveDir: '.' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    write: false,
  });
  const { text, contents } = outputFiles[0];
  t.true(gzipSync(contents, { level: 9 }).length <= 17_500);
  t.false(/\bimport[\s("'{*]|\brequire\(|["']node:/.test(text));
});

test('an image smaller than the window has no detections, and a flat one has none', (t) => {
  const detector = new Detector(open);
  const small = noise(11, 40, 1);
  t.deepEqual(detector.detect(small), { boxes: [], candidates: [] });
  t.deepEqual(detector.detect(small, { compat: 'opencv' }), { boxes: [], candidates: [] });
  t.deepEqual(detector.windows(small), {
    columns: 0,
    rows: 0,
    stages: new Int32Array(),
    sums: new Float64Array(),
  });
  const flat = { data: new Uint8Array(40 * 30).fill(80), width: 40, height: 30 };
  t.deepEqual(detector.detect(flat), { boxes: [], candidates: [] });
  const { columns, rows, stages, sums } = detector.windows(flat);
  t.deepEqual([columns, rows], [29, 21]);
  t.true(stages.every((passed) => passed === 0));
  t.true(sums.every(Number.isNaN));
});

test('without compat every row and column of the grid is visited', (t) => {
  const property = fc.property(
    fc.integer({ min: 12, max: 60 }),
    fc.integer({ min: 10, max: 60 }),
    (width, height) => {
      const image = noise(width, height, 9);
      const { candidates } = new Detector(open).detect(image, { minNeighbors: 0, maxSize: [12, 10] });
      const { columns, rows, stages } = new Detector(open).windows(image);
      let expected = 0;
      for (let y = 0; y < rows; y += 2) {
        for (let x = 0; x < columns; x += 2) if (stages[y * columns + x] > 0) expected++;
      }
      return candidates.length === expected;
    },
  );
  t.notThrows(() => fc.assert(property));
});

test('candidates of OpenCV are among those without compat', (t) => {
  const property = fc.property(cascades, fc.integer(), (cascade, seed) => {
    const image = noise(50, 40, seed);
    const key = (box: object) => JSON.stringify(box);
    const detector = new Detector(cascade);
    const all = new Set(detector.detect(image, { scaleFactor: 1.2 }).candidates.map(key));
    const some = detector.detect(image, { scaleFactor: 1.2, compat: 'opencv' }).candidates;
    return some.every((box) => all.has(key(box)));
  });
  t.notThrows(() => fc.assert(property));
});

test('sizes of windows are within minSize and maxSize, as [width, height]', (t) => {
  const image = noise(120, 110, 2);
  const { candidates } = new Detector(open).detect(image, { minSize: [20, 18], maxSize: [60, 41] });
  t.true(candidates.length > 0);
  for (const { width, height } of candidates) {
    t.true(width >= 20 && height >= 18 && width <= 60 && height <= 41, `${width} x ${height}`);
  }
  t.deepEqual(new Detector(open).detect(image, { minSize: [200, 200] }).candidates, []);
});

test('a stride, padding and ImageData make no difference', (t) => {
  const tight = noise(60, 44, 3);
  const { data, width, height } = tight;
  const stride = 71;
  const padded = new Uint8Array(stride * height).fill(255);
  for (let y = 0; y < height; y++) padded.set(data.subarray(y * width, (y + 1) * width), y * stride);
  const rgba = Uint8ClampedArray.from({ length: 4 * width * height }, (_, i) =>
    i % 4 === 3 ? 0 : data[i >> 2],
  );
  const detector = new Detector(open);
  const expected = detector.detect(tight);
  t.true(expected.candidates.length > 0);
  // Memory is longer than the image; the last row may end with its last pixel.
  const end = stride * (height - 1) + width;
  t.deepEqual(detector.detect({ data: padded.subarray(0, end), width, height, stride }), expected);
  t.deepEqual(detector.detect({ data: rgba, width, height }), expected);
});

test('one detector takes images of any sizes, one after the other', (t) => {
  const detector = new Detector(model);
  for (const [width, height] of [
    [60, 40],
    [40, 60],
    [60, 40],
    [13, 10],
  ]) {
    const image = noise(width, height, 6);
    t.deepEqual(detector.detect(image), new Detector(model).detect(image));
  }
});

test('an aborted signal stops it with its reason', (t) => {
  const reason = new Error('enough');
  const image = noise(60, 40, 1);
  t.is(
    t.throws(() => new Detector(model).detect(image, { signal: AbortSignal.abort(reason) })),
    reason,
  );
  // Between levels.
  const controller = new AbortController();
  let levels = 0;
  const signal = new Proxy(controller.signal, {
    get(target, key) {
      if (key === 'throwIfAborted' && ++levels === 3) controller.abort(reason);
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  t.is(
    t.throws(() => new Detector(model).detect(image, { signal })),
    reason,
  );
  t.true(levels >= 3);
});

for (const [name, option, options] of [
  ['a scale factor of 1', 'scaleFactor', { scaleFactor: 1 }],
  ['a scale factor below 1', 'scaleFactor', { scaleFactor: 0.9 }],
  ['a scale factor that would take for ever', 'scaleFactor', { scaleFactor: 1 + Number.EPSILON }],
  ['an infinite scale factor', 'scaleFactor', { scaleFactor: Number.POSITIVE_INFINITY }],
  ['a scale factor of NaN', 'scaleFactor', { scaleFactor: Number.NaN }],
  ['negative neighbours', 'minNeighbors', { minNeighbors: -1 }],
  ['half a neighbour', 'minNeighbors', { minNeighbors: 0.5 }],
  ['a negative size', 'minSize', { minSize: [-1, 4] }],
  ['a size past 2 ** 31', 'maxSize', { maxSize: [4, 2 ** 31] }],
  ['another compat', 'compat', { compat: 'opencv4' }],
  ['a signal that is none', 'signal', { signal: {} }],
  ['an option that does not exist', 'minNeighbours', { minNeighbours: 3 }],
  ['one number as a size', 'minSize', { minSize: 30 }],
] as const) {
  test(`refused: ${name}`, (t) => {
    const given: unknown = options;
    const image = noise(40, 30, 1);
    const error = t.throws(() => new Detector(model).detect(image, given as DetectOptions), {
      instanceOf: OptionError,
    });
    t.is(error?.option, option);
  });
}

test('refused: images and kernels that are none', (t) => {
  const detector = new Detector(model);
  const wrong = { data: new Uint8Array(10), width: 5, height: 3 };
  t.is(t.throws(() => detector.detect(wrong), { instanceOf: OptionError })?.option, 'data');
  t.is(t.throws(() => detector.windows(wrong), { instanceOf: OptionError })?.option, 'data');
  const kernel: unknown = 'gpu';
  t.throws(() => new Detector(model, { kernel: kernel as 'plain' }), { instanceOf: OptionError });
});

test('refused: models that are made wrong', (t) => {
  const wrong = [
    { ...model, thresholds: model.thresholds.subarray(1) },
    { ...model, firstTree: Int32Array.of(0, 0, 1) },
    { ...model, width: 2 },
  ];
  for (const one of wrong)
    t.throws(() => new Detector(one), { instanceOf: ArtifactError, message: /can't be run/ });
});

test('what a file is read to is what its detector has', (t) => {
  const detector = new Detector(model);
  t.is(detector.model, model);
  const image = noise(64, 50, 8);
  t.deepEqual(readCascade(detector.toXml()).detect(image), detector.detect(image));
});
