import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import test from 'ava';
import '@tensorflow/tfjs-backend-wasm';
import { features } from '../../../bench/digits/features.js';
import { buildNetwork, LARGE, multiplyAdds } from '../../../bench/digits/network.js';
import { networkAsOnnx } from '../../../bench/digits/onnx.js';
import { tfjsModel } from '../../../entries/full.js';
import { denseBlock } from '../../../lib/data/blocks/index.js';
import { RowView } from '../../../lib/features/define/index.js';
import { onnxModel } from '../../../lib/models/full/onnx/index.js';
import { random } from '../../../lib/stats/index.js';

/** Ink in one picture, by row and column. */
function picture(ink: (y: number, x: number) => number) {
  return { pixels: Uint8Array.from({ length: 784 }, (_, p) => ink(Math.floor(p / 28), p % 28)) };
}

async function numbers(
  name: (typeof features)['names'][number],
  ...pictures: ReturnType<typeof picture>[]
): Promise<Float32Array> {
  const fitted = await features.get(name).fit(RowView.of(pictures));
  return (await fitted.compute(RowView.of(pictures))).values;
}

test('means and projections of a square of ink', async (t) => {
  const square = picture((y, x) => (y < 7 && x < 14 ? 255 : 0));
  const near = (found: Float32Array, expected: readonly number[]) => {
    t.is(found.length, expected.length);
    t.true(
      found.every((value, i) => Math.abs(value - expected[i]) < 1e-6),
      String(found),
    );
  };
  const means = await numbers('means', square);
  near(means.subarray(0, 7), [1, 1, 1, 0.5, 0, 0, 0]);
  near(means.subarray(7, 14), [0.75, 0.75, 0.75, 0.375, 0, 0, 0]);
  near(means.subarray(49, 69), [...[1, 1], ...new Array<number>(14).fill(0), ...[0.5, 0, 0, 0]]);
  near(
    means.subarray(69, 97),
    Array.from({ length: 28 }, (_, y) => (y < 7 ? 0.5 : 0)),
  );
  near(
    means.subarray(97),
    Array.from({ length: 28 }, (_, x) => (x < 14 ? 0.25 : 0)),
  );
  near((await numbers('pixels', square)).subarray(12, 16), [1, 1, 0, 0]);
});

test('edges: each gradient is the sum of its parts along the two directions that it lies between', async (t) => {
  // Of a plane every inner pixel has the same gradient; the first square of 7 pixels has 36 of them.
  const slopes: [number, number, number, number][] = [
    [4, 0, 0, 1],
    [4, 4, 1, 0],
    [0, 4, 2, 3],
    [-4, 4, 3, 4],
    [-4, 0, 4, 5],
    [-4, -4, 5, 4],
    [0, -4, 6, 5],
    [4, -4, 7, 0],
    [4, 2, 0, 1],
    [2, 4, 2, 1],
    [-2, 4, 2, 3],
    [-4, 2, 4, 3],
    [-4, -2, 4, 5],
    [-2, -4, 6, 5],
    [2, -4, 6, 7],
    [4, -2, 0, 7],
  ];
  for (const [dx, dy, most, next] of slopes) {
    const plane = picture((y, x) => 128 + dx * (x - 14) + dy * (y - 14));
    const cell = (await numbers('edges', plane)).subarray(0, 8);
    const squares = cell.map((value) => (32 * value) ** 2 / 36);
    const [a, b] = [squares[most], squares[next]];
    const parts = Math.hypot(dx, dy) * 2;
    const angle = Math.hypot(a + b * Math.SQRT1_2, b * Math.SQRT1_2);
    t.true(Math.abs(angle - parts) < 0.01 * parts, `${dx}, ${dy}: ${squares}`);
    t.true(
      squares.every((value, d) => d === most || d === next || value < 1e-6),
      `${dx}, ${dy}: ${squares}`,
    );
  }
  t.true(
    (
      await numbers(
        'edges',
        picture(() => 77),
      )
    ).every((value) => value === 0),
  );
});

test.serial('the network has as many multiply-adds as it is said to have', async (t) => {
  await tf.setBackend('wasm');
  const network = buildNetwork(LARGE);
  // Every number of a kernel once for each place of the output: places are what is neither rows nor channels.
  const counts = network.layers.map((layer) => {
    const [kernel] = layer.getWeights();
    const [, ...sizes] = [layer.outputShape].flat().map(Number);
    return kernel === undefined
      ? 0
      : sizes.slice(0, -1).reduce((product, size) => product * size, kernel.size);
  });
  t.is(
    multiplyAdds(LARGE),
    counts.reduce((sum, count) => sum + count, 0),
  );
});

const here = isHere('onnxruntime-node') ? test.serial : test.skip;

here('onnxruntime-node: the network as ONNX answers as TensorFlow.js does', async (t) => {
  await tf.setBackend('wasm');
  const network = buildNetwork(LARGE);
  const drawn = random(1);
  const weights = network.getWeights().map((weight) => {
    const scale = weight.rank === 1 ? 0.1 : Math.sqrt(2 / (weight.size / (weight.shape.at(-1) ?? 1)));
    return tf.tensor(
      Float32Array.from({ length: weight.size }, () => scale * drawn.normal()),
      weight.shape,
    );
  });
  network.setWeights(weights);
  const classes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const bytes = networkAsOnnx(
    LARGE,
    weights.map((weight) => Float32Array.from(weight.dataSync())),
  );
  const onnx = await onnxModel(bytes, { classes, inputs: 'pixels' });
  const tfjs = await tfjsModel(network, { classes, inputs: 'pixels', backend: 'wasm' });
  const block = denseBlock(
    40,
    784,
    Float32Array.from({ length: 40 * 784 }, () => drawn.uniform()),
  );
  const [a, b] = [new Float64Array(400), new Float64Array(400)];
  await tfjs.score([block], a);
  await onnx.score([block], b);
  t.true(a.every((score, i) => Math.abs(score - b[i]) < 1e-5));
  t.true(new Set(a).size > 300);
  await onnx.close();
});

function isHere(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}
